package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sluice.notify.Bytes;

/** One message of a target: a view of its bytes, of which every one that is read is there. */
final class Request {

    private final ByteBuffer bytes;
    private final int at;
    private final int length;

    /**
     * A message within a datagram.
     *
     * @param datagram in native order
     * @param at where its struct nlmsghdr is
     * @param length by its own account, at least a header's, and no more than there is
     */
    Request(byte[] datagram, int at, int length) {
        this.bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        this.at = at;
        this.length = length;
    }

    /** With its header. */
    int length() {
        return length;
    }

    int type() {
        return u16(Nlmsg.TYPE);
    }

    int flags() {
        return u16(Nlmsg.FLAGS);
    }

    int sequence() {
        return u32(Nlmsg.SEQUENCE);
    }

    boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** How long its body is, with the attributes. */
    int bodyLength() {
        return length - Nlmsg.SIZE;
    }

    int u8(int offset) {
        return bytes.get(at + offset) & 0xff;
    }

    int u16(int offset) {
        return bytes.getShort(at + offset) & 0xffff;
    }

    int u32(int offset) {
        return bytes.getInt(at + offset);
    }

    /** A field of the body. */
    int body8(int offset) {
        return u8(Nlmsg.SIZE + offset);
    }

    int body32(int offset) {
        return u32(Nlmsg.SIZE + offset);
    }

    Bytes bytes(int offset, int count) {
        return Bytes.of(bytes.array(), at + offset, at + offset + count);
    }

    byte[] head() {
        return bytes(0, Nlmsg.SIZE).toArray();
    }

    byte[] whole() {
        return bytes(0, length).toArray();
    }
}
