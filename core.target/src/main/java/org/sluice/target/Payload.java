package org.sluice.target;

import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Iovec;
import org.sluice.linux.Pages;

/**
 * The data of a message: the list of the target's buffers, and a copy of as much as goes into one system call. All of a
 * datagram is copied at once; a stream's data piece by piece while it is sent, each byte once.
 *
 * <p>Data that cannot be read is passed on as a pointer to memory that is not there, so that the kernel comes to EFAULT, or
 * to what it finds before, in its own order. For one thread at a time.
 */
final class Payload implements AutoCloseable {

    /** How much of a stream's data is copied at once, and the longest datagram for which memory lies ready; in bytes. */
    static final int CHUNK = 65_536;

    /** How much of a stream is sent at once without a copy in the kernel, in bytes; the target sends the rest later. */
    private static final int MOST_PINNED = 16 << 20;

    private final Block block;
    private final PinnedSocket socket;
    private final boolean stream;
    private final boolean zeroCopy;
    private int segment;
    private int segments;
    private long unread;
    private @Nullable Block large;
    private @Nullable Pages pinned;
    private long copy;
    private long length;
    private long done;

    /** In the memory of a message, at {@link Message#SEGMENTS} and {@link Message#DATA}. */
    Payload(Block block, PinnedSocket socket, boolean stream, boolean zeroCopy) {
        this.block = block;
        this.socket = socket;
        this.stream = stream;
        this.zeroCopy = zeroCopy;
    }

    /** The buffers that were listed, of which all together are {@code total} bytes. */
    void segments(int count, long total) {
        segments = count;
        unread = total;
    }

    /** Where the next byte to send is; 0 if it could not be read. */
    long address() {
        return copy == 0 ? 0 : copy + done;
    }

    /** How much of the copy is still to be sent. */
    long left() {
        return length - done;
    }

    /** Whether there is data that has not been copied yet. */
    boolean hasMore() {
        return unread > 0;
    }

    /** The kernel took some of it. */
    void took(long bytes) {
        done += bytes;
    }

    /**
     * Copies data to be sent next: the next piece of a stream, all of a datagram.
     *
     * @return 0, or the errno for which the target cannot be read at all
     */
    int fill(TargetMemory memory, int tid) {
        length = stream ? Math.min(unread, zeroCopy ? MOST_PINNED : CHUNK) : unread;
        done = 0;
        copy = 0;
        // No datagram is longer than the buffer of its socket: the kernel refuses it unseen.
        boolean refused = length > CHUNK && !stream && length > socket.sendBuffer();
        if (length > 0 && !refused) {
            Block into = length <= CHUNK ? block : large();
            int at = length <= CHUNK ? Message.DATA : 0;
            int from = Message.SEGMENTS + segment * Iovec.SIZE;
            int read = memory.readVector(tid, block, from, segments - segment, into, at, (int) length);
            if (read < 0 && read != -Errno.EFAULT) {
                return -read;
            }
            copy = read == length ? place(into, at) : 0;
        }
        if (!refused) {
            skip();
        }
        unread -= length;
        return 0;
    }

    /**
     * The data has been read to {@link Message#DATA} already: all of it, or as much as can be read.
     *
     * @param read how many bytes
     */
    void filled(int read) {
        length = unread;
        done = 0;
        copy = length > 0 && read == length ? block.address() + Message.DATA : 0;
        skip();
        unread = 0;
    }

    /** The kernel keeps the pages of such a send until it is done with them, so they are used once and never written again. */
    private long place(Block from, int at) {
        if (!zeroCopy) {
            return from.address() + at;
        }
        close();
        Pages pages = Pages.map((int) length);
        pages.buffer().put(0, from.buffer(), at, (int) length);
        pinned = pages;
        return pages.address();
    }

    private Block large() {
        Block known = large;
        if (known == null || known.size() < length) {
            known = Block.allocate((int) length);
            large = known;
        }
        return known;
    }

    private void skip() {
        long left = length;
        while (left > 0) {
            int at = Message.SEGMENTS + segment * Iovec.SIZE;
            long whole = block.getLong(at + Iovec.LENGTH);
            long here = Math.min(left, whole);
            block.putLong(at + Iovec.BASE, block.getLong(at + Iovec.BASE) + here)
                    .putLong(at + Iovec.LENGTH, whole - here);
            left -= here;
            if (here == whole) {
                segment++;
            }
        }
    }

    /** Lets go of pages; the kernel keeps those that it still sends. */
    @Override
    public void close() {
        if (pinned != null) {
            pinned.close();
            pinned = null;
        }
    }
}
