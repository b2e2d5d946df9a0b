package org.sluice.core.call;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;

/**
 * recvfrom(2): socket, buffer, length, flags, room for an address, the length of that room. At most
 * {@value #LONGEST} bytes are received by one call.
 */
final class ReceiveCall implements Kind {

    private static final int BUFFER = 1;
    private static final int LENGTH = 2;
    private static final int FLAGS = 3;
    private static final int ADDRESS = 4;
    private static final int ADDRESS_LENGTH = 5;

    private static final int MSG_OOB = 1;
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_WAITALL = 0x100;
    private static final int MSG_ERRQUEUE = 0x2000;

    private static final int SOCK_STREAM = 1;
    static final int LONGEST = 1 << 20;

    /** The size of buffers that are used again. */
    private static final int POOLED = 1 << 16;

    private final Hands hands;
    private final Waiting waiting;
    private final Queue<Block> buffers = new ConcurrentLinkedQueue<>();

    ReceiveCall(Hands hands) {
        this.hands = hands;
        this.waiting = new Waiting(hands);
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int errno = from.pin(call);
        if (errno == 0 && call.argument(LENGTH) < 0) {
            errno = Errno.EFAULT; // no address space has room for it
        }
        if (errno == 0) {
            call.nameCapacity(from.capacity(call, call.argument(ADDRESS), call.argument(ADDRESS_LENGTH), scratch));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        if (call.argument(ADDRESS) == 0) {
            // Without an address there is nothing to translate, and nothing was looked at but the socket.
            return Continued.KERNEL;
        }
        int flags = (int) call.argument(FLAGS);
        int size = (int) Math.min(LONGEST, call.argument(LENGTH));
        Block data = buffer(size);
        Block name = Block.allocate(SocketAddresses.CAPACITY + 8);
        PinnedSocket socket = call.pinned();
        boolean stream = socket.type() == SOCK_STREAM;
        boolean errors = socket.domain() != SocketAddresses.AF_UNIX;
        int atOnce = MSG_DONTWAIT | (stream ? MSG_OOB : 0) | (errors ? MSG_ERRQUEUE : 0);
        boolean waits = (flags & atOnce) == 0 && !socket.nonBlocking();
        long result = waits && stream && (flags & MSG_WAITALL) != 0
                ? all(call, data, size, flags, name)
                : waiting.run(call, waits, interruption -> receive(call, data, 0, size, flags | MSG_DONTWAIT, name));
        if (result < 0) {
            return Verdict.failure((int) -result);
        }
        call.received(data, (int) Math.min(result, size));
        int length = Math.min(name.getInt(SocketAddresses.CAPACITY), SocketAddresses.CAPACITY);
        Verdict verdict = Verdict.value(result);
        return length < 2 ? verdict : verdict.withAddress(SocketAddresses.decode(name, 0, length));
    }

    /** Most buffers are small, and large native memory is dear. */
    private Block buffer(int size) {
        Block pooled = size <= POOLED ? buffers.poll() : null;
        return pooled != null ? pooled : Block.allocate(Math.max(POOLED, size));
    }

    /** MSG_WAITALL on a stream: until all is there, or no more comes. Peeking at all of it is left to the kernel. */
    private long all(ReceivedCall call, Block data, int size, int flags, Block name) {
        if ((flags & MSG_PEEK) != 0) {
            return waiting.run(call, true, interruption -> hands.interruptions()
                    .run(interruption, () -> receive(call, data, 0, size, flags, name)));
        }
        long done = 0;
        while (true) {
            int at = (int) done;
            long result = waiting.run(
                    call, true, interruption -> receive(call, data, at, size - at, flags | MSG_DONTWAIT, name));
            if (result <= 0) {
                return done > 0 ? done : result;
            }
            done += result;
            if (done >= size) {
                return done;
            }
        }
    }

    private static long receive(ReceivedCall call, Block data, int at, int size, int flags, Block name) {
        PinnedSocket socket = call.pinned();
        name.putInt(SocketAddresses.CAPACITY, SocketAddresses.CAPACITY);
        return Linux.call(
                Nr.RECVFROM,
                socket.fd(),
                data.address() + at,
                size,
                flags,
                name.address(),
                name.address() + SocketAddresses.CAPACITY);
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        Block data = call.takeReceived();
        int error = data == null ? 0 : to.write(call, call.argument(BUFFER), data, call.receivedLength());
        if (data != null && data.size() == POOLED) {
            buffers.offer(data);
        }
        if (error != 0 || call.argument(ADDRESS) == 0) {
            return error;
        }
        return to.writePeer(
                call, verdict.address(), call.argument(ADDRESS), call.nameCapacity(), call.argument(ADDRESS_LENGTH));
    }
}
