package org.sluice.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongUnaryOperator;

/**
 * Native memory of a fixed size, freed by the garbage collector when nothing refers to it any more. Access is bounds
 * checked and in native order. Not thread-safe.
 */
public final class Block {

    private final ByteBuffer buffer;
    private final long address;

    private Block(ByteBuffer buffer, long address) {
        this.buffer = buffer;
        this.address = address;
    }

    /** Zeroed memory. */
    public static Block allocate(int size) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        return new Block(buffer, Pointer.nativeValue(Native.getDirectBufferPointer(buffer)));
    }

    /** A block that holds {@code bytes}. */
    public static Block of(byte[] bytes) {
        Block block = allocate(Math.max(1, bytes.length));
        block.put(0, bytes);
        return block;
    }

    /** A block that holds {@code bytes} and an ending NUL. */
    public static Block cString(byte[] bytes) {
        Block block = allocate(bytes.length + 1);
        block.put(0, bytes);
        return block;
    }

    /** Where the block begins. */
    public long address() {
        return address;
    }

    /** Hands the address to {@code use} and keeps the memory until that has returned; for paths that may allocate. */
    public long with(LongUnaryOperator use) {
        try {
            return use.applyAsLong(address);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The size in bytes. */
    public int size() {
        return buffer.capacity();
    }

    public byte getByte(int offset) {
        return buffer.get(offset);
    }

    public short getShort(int offset) {
        return buffer.getShort(offset);
    }

    public int getInt(int offset) {
        return buffer.getInt(offset);
    }

    public long getLong(int offset) {
        return buffer.getLong(offset);
    }

    public Block putByte(int offset, int value) {
        buffer.put(offset, (byte) value);
        return this;
    }

    public Block putShort(int offset, int value) {
        buffer.putShort(offset, (short) value);
        return this;
    }

    public Block putInt(int offset, int value) {
        buffer.putInt(offset, value);
        return this;
    }

    public Block putLong(int offset, long value) {
        buffer.putLong(offset, value);
        return this;
    }

    public Block put(int offset, byte[] bytes) {
        buffer.put(offset, bytes);
        return this;
    }

    /** Copies {@code length} bytes out. */
    public byte[] get(int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    /** Sets {@code length} bytes from {@code offset} to zero. */
    public Block zero(int offset, int length) {
        int end = offset + length;
        int at = offset;
        for (; at + 8 <= end; at += 8) {
            buffer.putLong(at, 0);
        }
        for (; at < end; at++) {
            buffer.put(at, (byte) 0);
        }
        return this;
    }

    /** The same memory as a buffer with a position of its own. */
    public ByteBuffer buffer() {
        return buffer.duplicate().order(ByteOrder.nativeOrder());
    }
}
