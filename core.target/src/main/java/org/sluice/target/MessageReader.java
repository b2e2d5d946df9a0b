package org.sluice.target;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Iovec;
import org.sluice.linux.Msghdr;
import org.sluice.notify.Address;

/**
 * Copies the messages of one sandbox's targets (sendto(2), sendmsg(2)), each part once, in the order in which the kernel
 * reads them and with its errors: net/socket.c ({@code __copy_msghdr}, {@code ____sys_sendmsg}), lib/iov_iter.c. What was
 * copied by a thread's number is its own only if its notification is valid afterwards: the caller asks. Thread-safe.
 */
public final class MessageReader {

    /** MAX_RW_COUNT: no call sends more. */
    private static final long MOST_BYTES = 0x7fff_f000L;

    /** More than any socket grants (net.core.optmem_max). */
    private static final int MOST_CONTROL = 1 << 20;

    private final TargetMemory memory;
    private final MessageBuffers buffers = new MessageBuffers();
    private final Ancillary ancillary;

    /** For targets whose descriptors {@code pidfds} leads to. */
    public MessageReader(TargetMemory memory, Pidfds pidfds) {
        this.memory = memory;
        this.ancillary = new Ancillary(pidfds);
    }

    /**
     * Copies the message of a sendto(2).
     *
     * @param registers its arguments
     * @return or the errno, positive; ESRCH where the target is gone
     */
    public Attempt<Message> sendto(int tid, PinnedSocket socket, long[] registers) {
        Message message = new Message(buffers, socket, false, (int) registers[3]);
        int errno = registers[4] == 0 ? 0 : name(tid, socket, message, registers[4], (int) registers[5]);
        if (errno == 0) {
            long length = registers[2] < 0 || registers[2] > MOST_BYTES ? MOST_BYTES : registers[2];
            message.block()
                    .putLong(Message.SEGMENTS + Iovec.BASE, registers[1])
                    .putLong(Message.SEGMENTS + Iovec.LENGTH, length);
            message.payload().segments(1, length);
            errno = message.payload().fill(memory, tid);
        }
        return finish(message, errno);
    }

    /** Memory for one message that is {@linkplain SentCapture taken in} at once. */
    public Block room() {
        return buffers.take();
    }

    /** Gives memory back of which no message was made. */
    public void give(Block room) {
        buffers.give(room);
    }

    /**
     * Makes a message of what a {@link SentCapture} has taken in on this thread.
     *
     * @param registers the arguments of the sendto(2)
     * @param room the memory; the message's from here on
     * @return or the errno, positive
     */
    public Attempt<Message> captured(PinnedSocket socket, long[] registers, Block room) {
        int read = SentCapture.ofThread().read();
        Message message = new Message(buffers, room, socket, false, (int) registers[3]);
        if (read >= 0) {
            destination(socket, message, (int) registers[5]);
            room.putLong(Message.SEGMENTS + Iovec.BASE, registers[1])
                    .putLong(Message.SEGMENTS + Iovec.LENGTH, registers[2]);
            message.payload().segments(1, registers[2]);
            message.payload().filled(read);
        }
        return finish(message, Math.max(0, -read));
    }

    /**
     * Copies a message that a struct msghdr describes.
     *
     * @param header where that is
     * @param flags of the call
     * @param honoured those of the header's own flags that count
     * @return or the errno, positive; ESRCH where the target is gone
     */
    public Attempt<Message> sendmsg(int tid, PinnedSocket socket, long header, int flags, int honoured) {
        Block read = Scratch.get().record;
        int errno = -memory.readFully(tid, header, read, 0, Msghdr.SIZE);
        if (errno != 0) {
            return Attempt.failed(errno);
        }
        int all = flags | (read.getInt(Msghdr.FLAGS) & honoured);
        long name = read.getLong(Msghdr.NAME);
        int nameLength = Math.min(SocketAddresses.CAPACITY, read.getInt(Msghdr.NAME_LENGTH));
        long vectors = read.getLong(Msghdr.VECTORS);
        long count = read.getLong(Msghdr.VECTOR_COUNT);
        long control = read.getLong(Msghdr.CONTROL);
        long controlLength = read.getLong(Msghdr.CONTROL_LENGTH);
        Message message = new Message(buffers, socket, true, all);
        errno = name == 0 || nameLength == 0 ? 0 : name(tid, socket, message, name, nameLength);
        if (errno == 0) {
            errno = vectors(tid, message, vectors, count);
        }
        if (errno == 0 && controlLength != 0) {
            errno = control(tid, socket, message, control, controlLength);
        }
        if (errno == 0) {
            errno = message.payload().fill(memory, tid);
        }
        return finish(message, errno);
    }

    private int name(int tid, PinnedSocket socket, Message message, long from, int length) {
        if (length < 0 || length > SocketAddresses.CAPACITY) {
            return Errno.EINVAL;
        }
        int errno = -memory.readFully(tid, from, message.block(), Message.NAME, length);
        if (errno == 0) {
            destination(socket, message, length);
        }
        return errno;
    }

    private static void destination(PinnedSocket socket, Message message, int length) {
        message.name(length);
        if (socket.domain() == SocketAddresses.AF_NETLINK) {
            // Nobody is asked about it: it is the kernel, or it is refused when the message is sent.
            return;
        }
        Optional<Address> destination = SendDestination.of(
                socket.domain(), socket.type(), message.flags(), message.block(), Message.NAME, length);
        message.destination(destination);
        if (SendDestination.isPeer(socket.domain(), socket.type(), message.block(), Message.NAME, length)) {
            message.nameless();
        }
    }

    private int vectors(int tid, Message message, long from, long count) {
        if (count < 0 || count > Message.MOST_VECTORS) {
            return Errno.EMSGSIZE;
        }
        Block block = message.block();
        int errno = -memory.readFully(tid, from, block, Message.SEGMENTS, (int) count * Iovec.SIZE);
        long total = 0;
        for (int i = 0; i < count && errno == 0; i++) {
            int at = Message.SEGMENTS + i * Iovec.SIZE + Iovec.LENGTH;
            long length = block.getLong(at);
            if (length < 0) {
                errno = Errno.EINVAL;
            }
            long used = Math.min(length, MOST_BYTES - total);
            block.putLong(at, used);
            total += used;
        }
        message.payload().segments((int) count, total);
        return errno;
    }

    private int control(int tid, PinnedSocket socket, Message message, long from, long length) {
        if (length < 0 || length > MOST_CONTROL) {
            return Errno.ENOBUFS;
        }
        message.control((int) length);
        int errno = -memory.readFully(tid, from, message.control(), message.controlFrom(), (int) length);
        return errno == 0 ? ancillary.adopt(tid, socket, message) : errno;
    }

    private static Attempt<Message> finish(Message message, int errno) {
        if (errno == 0) {
            return Attempt.of(message);
        }
        message.close();
        return Attempt.failed(errno);
    }
}
