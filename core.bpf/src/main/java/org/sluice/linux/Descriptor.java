package org.sluice.linux;

import java.util.concurrent.atomic.AtomicInteger;

/** A descriptor with an owner, who closes it once. Thread-safe. */
public final class Descriptor implements AutoCloseable {

    private static final int CLOSED = -1;

    private final AtomicInteger fd;

    /** Takes over a descriptor, 0 or more. */
    public Descriptor(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("a descriptor is 0 or more, not " + fd);
        }
        this.fd = new AtomicInteger(fd);
    }

    /**
     * The number; it stays the owner's.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public int fd() {
        int number = fd.get();
        if (number == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return number;
    }

    /** Closes the descriptor; a second time does nothing. */
    @Override
    public void close() {
        int number = fd.getAndSet(CLOSED);
        if (number != CLOSED) {
            Linux.close(number);
        }
    }
}
