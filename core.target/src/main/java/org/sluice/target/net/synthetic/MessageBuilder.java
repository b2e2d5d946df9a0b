package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sluice.notify.Bytes;

/**
 * A message from its head on: struct nlmsghdr, a body, attributes (struct rtattr, each padded to 4 bytes). Its flags, number
 * and port are filled in when it is sent. For one thread.
 */
final class MessageBuilder {

    private static final int ATTRIBUTE = 4;
    private static final int NESTED = 0x8000;

    private ByteBuffer buffer =
            ByteBuffer.allocate(256).order(ByteOrder.nativeOrder()).position(Nlmsg.SIZE);

    MessageBuilder(int type) {
        buffer.putShort(Nlmsg.TYPE, (short) type);
    }

    MessageBuilder u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    MessageBuilder u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    MessageBuilder u32(int value) {
        room(4).putInt(value);
        return this;
    }

    MessageBuilder attribute(int type, byte[] value) {
        int at = open(type);
        room(value.length).put(value);
        return close(at);
    }

    MessageBuilder attribute(int type, Bytes value) {
        return attribute(type, value.toArray());
    }

    MessageBuilder attribute8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    MessageBuilder attribute16(int type, int value) {
        int at = open(type);
        return u16(value).close(at);
    }

    MessageBuilder attribute32(int type, int value) {
        int at = open(type);
        return u32(value).close(at);
    }

    /** A text with its NUL. */
    MessageBuilder attribute(int type, String text) {
        return attribute(type, (text + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    /** An array of 32-bit numbers. */
    MessageBuilder attribute(int type, int[] values) {
        int at = open(type);
        for (int value : values) {
            u32(value);
        }
        return close(at);
    }

    /** An empty attribute that is marked as one of attributes. */
    MessageBuilder nothing(int type) {
        return close(open(type | NESTED));
    }

    /** Begins an attribute of attributes; ends at {@link #close}. */
    int open(int type) {
        int at = buffer.position();
        room(ATTRIBUTE).putShort((short) 0).putShort((short) type);
        return at;
    }

    MessageBuilder close(int at) {
        buffer.putShort(at, (short) (buffer.position() - at));
        return pad();
    }

    /** Up to where an attribute may begin. */
    MessageBuilder pad() {
        int padding = Nlmsg.align(buffer.position()) - buffer.position();
        room(padding).put(new byte[padding]);
        return this;
    }

    /** The message; the builder is used up. */
    byte[] finish() {
        buffer.putInt(Nlmsg.LENGTH, buffer.position());
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int more) {
        if (buffer.remaining() < more) {
            ByteBuffer larger =
                    ByteBuffer.allocate(2 * buffer.capacity() + more).order(ByteOrder.nativeOrder());
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }
}
