package org.sluice.target;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Iovec;
import org.sluice.linux.Linux;
import org.sluice.linux.Msghdr;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;

/**
 * A copy of what one send refers to: the address, the ancillary data, the list of buffers and as much of the data as goes
 * into one system call. The data of a stream is copied piece by piece while it is sent, each byte once. Made by
 * {@link MessageReader}, sent by {@link SendCalls}; for one thread at a time.
 */
public final class Message implements AutoCloseable {

    /** UIO_MAXIOV: how many buffers a message may have. */
    static final int MOST_VECTORS = 1024;

    static final int CONTROL_ROOM = 4096;

    /** What is sent, after the one vector that it has. */
    private static final int HEADER = 0;

    private static final int VECTOR = 64;
    static final int NAME = 96;
    private static final int OTHER_NAME = 232;
    static final int CONTROL = 384;
    static final int SEGMENTS = CONTROL + CONTROL_ROOM;
    static final int DATA = SEGMENTS + MOST_VECTORS * Iovec.SIZE;
    static final int SIZE = DATA + Payload.CHUNK;

    static final int MSG_OOB = 1;
    static final int MSG_EOR = 0x80;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_ZEROCOPY = 0x400_0000;
    static final int MSG_FASTOPEN = 0x2000_0000;

    private static final int SOCK_STREAM = 1;

    private static final int[] NONE = {};

    private final MessageBuffers buffers;
    private final Block block;
    private final boolean header;
    private final int flags;
    private final PinnedSocket socket;
    private final boolean stream;
    private final Payload payload;
    private long name;
    private int nameLength;
    private Block control;
    private int controlFrom = CONTROL;
    private int controlLength;
    private int[] owned = NONE;
    private int ownedCount;
    private boolean routed;
    private Optional<Address> destination = Optional.empty();
    private long sent;
    private long usedName;
    private int usedNameLength;
    private boolean closed;

    /**
     * An empty one.
     *
     * @param socket what it is sent on; stays the caller's
     * @param header whether it is sent with a struct msghdr, by sendmsg(2)
     */
    Message(MessageBuffers buffers, PinnedSocket socket, boolean header, int flags) {
        this(buffers, buffers.take(), socket, header, flags);
    }

    /** In memory that was taken from {@code buffers} already. */
    Message(MessageBuffers buffers, Block block, PinnedSocket socket, boolean header, int flags) {
        this.buffers = buffers;
        this.block = block;
        this.control = block;
        this.header = header;
        this.flags = flags;
        this.socket = socket;
        // No socket of netlink is a stream, and of those nothing else is asked for a send.
        this.stream = socket.domain() != SocketAddresses.AF_NETLINK && socket.type() == SOCK_STREAM;
        this.payload = new Payload(block, socket, stream, (flags & MSG_ZEROCOPY) != 0);
    }

    /** Where the kernel would send it, as far as that is up to the message; empty where it goes to the connected peer. */
    public Optional<Address> destination() {
        return destination;
    }

    /** Whether its ancillary data carries the packet past its destination. */
    public boolean isRouted() {
        return routed;
    }

    /** The flags that the target gave. */
    public int flags() {
        return flags;
    }

    /** Whether the target's socket lets it wait until there is room. */
    public boolean mayWait() {
        return (flags & MSG_DONTWAIT) == 0 && !socket.nonBlocking();
    }

    /** Whether SIGPIPE goes with EPIPE: on streams, unless the target asked for none. */
    public boolean raisesSignal() {
        return stream && (flags & MSG_NOSIGNAL) == 0;
    }

    /** How many bytes the kernel has taken so far. */
    public long sent() {
        return sent;
    }

    Block block() {
        return block;
    }

    Block control() {
        return control;
    }

    int controlFrom() {
        return controlFrom;
    }

    int controlLength() {
        return controlLength;
    }

    /** Makes room for ancillary data. */
    void control(int length) {
        controlLength = length;
        if (length > CONTROL_ROOM) {
            control = Block.allocate(length);
            controlFrom = 0;
        }
    }

    void routed() {
        routed = true;
    }

    /** How many descriptors go with it. */
    int descriptors() {
        return ownedCount;
    }

    /** Takes a descriptor of the supervisor's over. */
    void own(int fd) {
        if (ownedCount == owned.length) {
            owned = Arrays.copyOf(owned, Math.max(8, 2 * owned.length));
        }
        owned[ownedCount++] = fd;
    }

    /** The address that was copied to {@link #NAME}. */
    void name(int length) {
        name = block.address() + NAME;
        nameLength = length;
    }

    /**
     * What a program without rights gets for the address of this message on a socket of netlink(7).
     *
     * @return 0 if it has none, or the kernel's own; else the errno, positive
     */
    public int netlinkErrno() {
        return name == 0 ? 0 : SendDestination.netlinkErrno(block, NAME, nameLength);
    }

    /**
     * The data, where the message is nothing else: no flags but MSG_DONTWAIT and MSG_NOSIGNAL, and all of it was readable.
     *
     * @param most how many bytes at most
     * @return empty for any other message, and for one without data
     */
    public Optional<byte[]> plain(int most) {
        boolean isPlain = !header && (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL)) == 0;
        long length = payload.left();
        boolean isWhole = payload.address() != 0 && !payload.hasMore() && sent == 0;
        return isPlain && isWhole && length > 0 && length <= most
                ? Optional.of(block.get(DATA, (int) length))
                : Optional.empty();
    }

    /** Has no address after all. */
    void nameless() {
        name = 0;
        nameLength = 0;
    }

    void destination(Optional<Address> address) {
        destination = address;
    }

    /** Sends to the address as the target wrote it. */
    void asWritten() {
        usedName = name;
        usedNameLength = nameLength;
    }

    /** Sends to another address; 0, or -EINVAL for one that cannot be written. */
    int to(Address address) {
        Block from = Scratch.get().address;
        int length = SocketAddresses.encode(address, from);
        if (length < 0) {
            return -Errno.EINVAL;
        }
        other(from, length);
        return 0;
    }

    /** Sends to the object at the end of a walk. */
    void to(PinnedPath object) {
        Scratch scratch = Scratch.get();
        other(scratch.address, scratch.pinnedAddress(object.fd()));
    }

    private void other(Block from, int length) {
        for (int i = 0; i < SocketAddresses.CAPACITY; i += Long.BYTES) {
            block.putLong(OTHER_NAME + i, from.getLong(i));
        }
        usedName = block.address() + OTHER_NAME;
        usedNameLength = length;
    }

    /** Whether everything has been sent. */
    public boolean isWhole() {
        return payload.left() == 0 && !payload.hasMore();
    }

    /** Whether it ends here although there is more: the kernel tells of each call that it makes no copy for. */
    boolean isShort() {
        return (flags & MSG_ZEROCOPY) != 0 && payload.left() == 0;
    }

    /** The data. */
    Payload payload() {
        return payload;
    }

    /** Whether the kernel has to see it in one call that may wait, because two would not mean the same. */
    boolean isIndivisible() {
        return (flags & (MSG_OOB | MSG_ZEROCOPY | MSG_FASTOPEN)) != 0;
    }

    /** Copies the next piece, if the call still waits; else -ESRCH. */
    int refill(TargetMemory memory, int tid, BooleanSupplier waits) {
        int errno = payload.fill(memory, tid);
        return errno != 0 ? -errno : waits.getAsBoolean() ? 0 : -Errno.ESRCH;
    }

    /** One system call with what is copied; its result. */
    long send(int extra) {
        int fd = socket.fd();
        boolean first = sent == 0;
        int used = flags | MSG_NOSIGNAL | extra;
        if (payload.hasMore()) {
            used &= ~(MSG_OOB | MSG_EOR);
        }
        if (!first) {
            used &= ~MSG_FASTOPEN;
        }
        long from = payload.address();
        long count = payload.left();
        try {
            return header
                    ? sendHeader(fd, from, count, used, first)
                    : Linux.call(Nr.SENDTO, fd, from, count, used, first ? usedName : 0, first ? usedNameLength : 0);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long sendHeader(int fd, long from, long count, int used, boolean first) {
        block.putLong(VECTOR + Iovec.BASE, from).putLong(VECTOR + Iovec.LENGTH, count);
        block.putLong(HEADER + Msghdr.NAME, first ? usedName : 0)
                .putInt(HEADER + Msghdr.NAME_LENGTH, first ? usedNameLength : 0)
                .putLong(HEADER + Msghdr.VECTORS, block.address() + VECTOR)
                .putLong(HEADER + Msghdr.VECTOR_COUNT, 1)
                .putLong(HEADER + Msghdr.CONTROL, first && controlLength > 0 ? control.address() + controlFrom : 0)
                .putLong(HEADER + Msghdr.CONTROL_LENGTH, first ? controlLength : 0)
                .putInt(HEADER + Msghdr.FLAGS, 0);
        return Linux.call(Nr.SENDMSG, fd, block.address() + HEADER, used);
    }

    /** The kernel took some of it. */
    void took(long bytes) {
        payload.took(bytes);
        sent += bytes;
    }

    /** Releases its memory and the descriptors that went with it. A second time does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (int i = 0; i < ownedCount; i++) {
                Linux.close(owned[i]);
            }
            payload.close();
            buffers.give(block);
        }
    }
}
