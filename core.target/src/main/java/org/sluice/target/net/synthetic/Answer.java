package org.sluice.target.net.synthetic;

import java.util.List;

/** What a request gets. Messages are without flags, number and port. */
sealed interface Answer {

    /**
     * An error, or nothing but an acknowledgement to those who ask for one.
     *
     * @param error a negative errno, or 0
     */
    record Status(int error) implements Answer {}

    /** One message, and an acknowledgement to those who ask for one. */
    final class One implements Answer {

        private final byte[] message;

        One(byte[] message) {
            this.message = message;
        }

        byte[] message() {
            return message;
        }
    }

    /**
     * A dump.
     *
     * @param messages its messages, before NLMSG_DONE
     * @param filtered whether a filter of the request was honoured
     * @param error in NLMSG_DONE, a negative errno or 0
     * @param filteredEnd whether NLMSG_DONE says so too, which is not the same for all
     * @param together whether NLMSG_DONE comes at once, before what else was asked in the same datagram
     */
    record Dump(List<byte[]> messages, boolean filtered, int error, boolean filteredEnd, boolean together)
            implements Answer {

        Dump(List<byte[]> messages, boolean filtered, int error) {
            this(messages, filtered, error, filtered);
        }

        Dump(List<byte[]> messages, boolean filtered, int error, boolean filteredEnd) {
            this(messages, filtered, error, filteredEnd, messages.isEmpty());
        }
    }

    /** A dump that fails. */
    static Answer failedDump(int error) {
        return new Dump(List.of(), false, error);
    }
}
