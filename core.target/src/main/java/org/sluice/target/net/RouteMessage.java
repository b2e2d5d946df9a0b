package org.sluice.target.net;

import java.nio.charset.StandardCharsets;
import org.sluice.linux.Block;

/**
 * A request of rtnetlink(7), put together from its head on: struct nlmsghdr, a body, attributes (struct rtattr, each
 * padded to 4 bytes). For one thread.
 */
final class RouteMessage {

    /** struct nlmsghdr. */
    static final int HEADER = 16;

    private static final int CAPACITY = 1024;
    private static final int ATTRIBUTE = 4;

    private final Block block = Block.allocate(CAPACITY);
    private int length = HEADER;

    /** A message of a type such as RTM_NEWLINK; NLM_F_REQUEST and NLM_F_ACK are added to {@code flags}. */
    RouteMessage(int type, int flags) {
        block.putShort(4, type).putShort(6, flags | RouteSocket.REQUEST | RouteSocket.ACK);
    }

    RouteMessage byteField(int value) {
        block.putByte(length++, value);
        return this;
    }

    RouteMessage shortField(int value) {
        block.putShort(length, value);
        length += 2;
        return this;
    }

    RouteMessage intField(int value) {
        block.putInt(length, value);
        length += 4;
        return this;
    }

    RouteMessage attribute(int type, byte[] value) {
        int at = open(type);
        block.put(length, value);
        length += value.length;
        return close(at);
    }

    RouteMessage attribute(int type, int value) {
        int at = open(type);
        return intField(value).close(at);
    }

    /** A text with its NUL. */
    RouteMessage attribute(int type, String text) {
        return attribute(type, (text + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins an attribute of attributes; ends at {@link #close}. */
    int open(int type) {
        int at = length;
        block.putShort(at + 2, type);
        length += ATTRIBUTE;
        return at;
    }

    RouteMessage close(int at) {
        block.putShort(at, length - at);
        length = (length + 3) & ~3;
        return this;
    }

    /** The finished message. */
    Block finish(int sequence) {
        return block.putInt(0, length).putInt(8, sequence);
    }

    int length() {
        return length;
    }
}
