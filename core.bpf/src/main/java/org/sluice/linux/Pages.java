package org.sluice.linux;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Pages of anonymous memory (mmap(2)), for code and for what outlives a garbage-collected owner. Closed by hand. */
public final class Pages implements AutoCloseable {

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;

    private final long address;
    private final int size;
    private final ByteBuffer buffer;

    private Pages(long address, int size) {
        this.address = address;
        this.size = size;
        this.buffer = new Pointer(address).getByteBuffer(0, size).order(ByteOrder.nativeOrder());
    }

    /** Zeroed, readable and writable pages. */
    public static Pages map(int size) {
        long address = SysException.check(
                "mmap of " + size + " bytes",
                Linux.call(Nr.MMAP, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        return new Pages(address, size);
    }

    /** Makes the pages executable and no longer writable. */
    public void seal() {
        SysException.check("mprotect", Linux.call(Nr.MPROTECT, address, size, PROT_READ | PROT_EXEC));
    }

    /** Where the pages begin. */
    public long address() {
        return address;
    }

    /** The size in bytes. */
    public int size() {
        return size;
    }

    /** The memory; using it after {@link #close} ends the JVM. */
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public void close() {
        SysException.check("munmap", Linux.call(Nr.MUNMAP, address, size));
    }
}
