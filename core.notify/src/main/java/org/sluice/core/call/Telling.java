package org.sluice.core.call;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.notify.Address;
import org.sluice.target.MemoryPin;
import org.sluice.target.SocketAddresses;

/**
 * Writes what a call returns into its target's memory, in the forms of the kernel. Errors are negative errnos. Has native
 * memory of its own: for one thread.
 *
 * <p>The target's memory is pinned at the first write of an answer, with a check that the call still waits, and let go by
 * {@link #close} before the answer is sent; what is pinned stays the same memory, whatever becomes of the thread's number.
 */
final class Telling {

    private final Block address = Block.allocate(SocketAddresses.CAPACITY);
    private final Block number = Block.allocate(8);

    private static final int NONE = -1;

    private final MemoryPin memory = new MemoryPin();
    private @Nullable Writer writer;
    private int pinned = NONE;

    /** The memory of one sandbox's targets. */
    interface Writer {

        /** Pins the memory of a call's thread, if the call still waits; a descriptor or a negative errno. */
        int open(ReceivedCall call, MemoryPin memory);

        /** Writes to memory that is pinned; how many bytes, or a negative errno. */
        int write(int pinned, long to, Block from, int length);

        /** Gives the target {@link ReceivedCall#given}; its number there, or a negative errno. */
        int give(ReceivedCall call, boolean closeOnExec);
    }

    /** Serves a sandbox, until it is given another one. */
    Telling of(Writer sandbox) {
        writer = sandbox;
        return this;
    }

    /** Writes all of {@code length} bytes of {@code from} to {@code to}. */
    int write(ReceivedCall call, long to, Block from, int length) {
        Writer sandbox = pin(call);
        return pinned != NONE && sandbox.write(pinned, to, from, length) == length ? 0 : -Errno.EFAULT;
    }

    private Writer pin(ReceivedCall call) {
        Writer sandbox = Objects.requireNonNull(writer);
        if (pinned == NONE) {
            pinned = Math.max(NONE, sandbox.open(call, memory));
        }
        return sandbox;
    }

    /** The end of an answer. */
    void close() {
        if (pinned != NONE) {
            Linux.close(pinned);
            pinned = NONE;
        }
    }

    /** Gives the target {@link ReceivedCall#given}; its number there, or a negative errno such as -EMFILE. */
    int give(ReceivedCall call, boolean closeOnExec) {
        return Objects.requireNonNull(writer).give(call, closeOnExec);
    }

    /** Writes an {@code int}. */
    int writeInt(ReceivedCall call, long to, int value) {
        return write(call, to, number.putInt(0, value), 4);
    }

    /**
     * As {@link #writeName}, for an address that the other end may not have.
     *
     * @param capacity or a negative errno, which is returned
     */
    int writePeer(ReceivedCall call, Optional<Address> name, long to, int capacity, long lengthTo) {
        if (capacity < 0) {
            return capacity;
        }
        return name.isPresent() ? writeName(call, name.get(), to, capacity, lengthTo) : writeInt(call, lengthTo, 0);
    }

    /** As move_addr_to_user in net/socket.c: no more than there is room for, and the full length. */
    int writeName(ReceivedCall call, Address name, long to, int capacity, long lengthTo) {
        int length = SocketAddresses.encodeReport(name, address);
        if (length < 0) {
            return length;
        }
        int room = Math.min(length, capacity);
        // The last byte of the longest path is its NUL, which lies past the block and is 0 anyway.
        int stored = Math.min(room, SocketAddresses.CAPACITY);
        if (stored <= 0) {
            return writeInt(call, lengthTo, length);
        }
        pin(call);
        int at = pinned;
        pinned = NONE;
        return at == NONE ? -Errno.EFAULT : memory.tell(at, to, address, stored, lengthTo, length);
    }
}
