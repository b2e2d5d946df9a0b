package org.sluice.target.net.synthetic;

import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;

/**
 * What an answer says beyond its errno, to those who ask for it (NETLINK_EXT_ACK, struct netlink_ext_ack): a text, where the
 * attribute stands that it is about, and which attribute is missing. For one thread.
 */
final class Extack {

    private static final int NOWHERE = -1;

    private @Nullable String text;
    private int offset = NOWHERE;
    private int missing = NOWHERE;

    /** Notes a text and returns the errno, negative. */
    int fail(int errno, String text) {
        this.text = text;
        return -errno;
    }

    /** The same about an attribute. */
    int fail(int errno, String text, int offset) {
        this.offset = offset;
        return fail(errno, text);
    }

    /** Notes an attribute that is needed and returns the errno, negative. */
    int missing(int type) {
        missing = type;
        return -Errno.EINVAL;
    }

    boolean isEmpty() {
        return text == null && offset == NOWHERE && missing == NOWHERE;
    }

    /** Writes what there is. */
    void write(MessageBuilder message, boolean failed) {
        if (text != null) {
            message.attribute(Nlmsg.ATTR_MSG, text);
        }
        if (failed && offset != NOWHERE) {
            message.attribute32(Nlmsg.ATTR_OFFS, offset);
        }
        if (failed && missing != NOWHERE) {
            message.attribute32(Nlmsg.ATTR_MISS_TYPE, missing);
        }
    }
}
