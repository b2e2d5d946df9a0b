package org.sluice.target.net.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds requests, also such as no program would send. */
final class Asking {

    private final MessageBuilder builder;
    private final int flags;
    private final int sequence;

    private Asking(int type, int flags, int sequence) {
        this.builder = new MessageBuilder(type);
        this.flags = flags;
        this.sequence = sequence;
    }

    static Asking of(int type, int flags, int sequence) {
        return new Asking(type, flags | Nlmsg.REQUEST, sequence);
    }

    /** A dump. */
    static Asking dump(int type) {
        return of(type, Nlmsg.DUMP, 1);
    }

    /** A single request. */
    static Asking one(int type) {
        return of(type, 0, 1);
    }

    /** The body, byte by byte. */
    Asking body(int... bytes) {
        for (int each : bytes) {
            builder.u8(each);
        }
        return this;
    }

    Asking word(int value) {
        builder.u32(value);
        return this;
    }

    Asking attribute(int type, byte... value) {
        builder.attribute(type, value);
        return this;
    }

    Asking number(int type, int value) {
        builder.attribute32(type, value);
        return this;
    }

    Asking text(int type, String value) {
        builder.attribute(type, value);
        return this;
    }

    byte[] finish() {
        byte[] message = builder.finish();
        ByteBuffer.wrap(message)
                .order(ByteOrder.nativeOrder())
                .putShort(Nlmsg.FLAGS, (short) flags)
                .putInt(Nlmsg.SEQUENCE, sequence);
        return message;
    }
}
