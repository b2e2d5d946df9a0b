package org.sluice.core.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.Arrivals;
import org.sluice.target.Attempt;
import org.sluice.target.DescriptorRoom;
import org.sluice.target.Interruption;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;

/**
 * accept(2) and accept4(2): socket, room for an address, the length of that room, flags. The connection is accepted here
 * and given to the target, which gets its number as the result.
 *
 * <p>The kernel sets a number aside before it accepts, so that a full table of descriptors loses no connection. Here the
 * table is looked at before; a connection that does not fit all the same is kept for the next accept(2) on that socket.
 */
final class AcceptCall implements Kind {

    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;
    private static final int FLAGS = 3;

    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;

    /** Connections that did not fit into a table; beyond it the oldest is closed. */
    private static final int KEPT = 16;

    private final Hands hands;
    private final Waiting waiting;
    private final Deque<Kept> kept = new ArrayDeque<>();

    private record Kept(long listener, int connection, Optional<Address> peer) {}

    AcceptCall(Hands hands) {
        this.hands = hands;
        this.waiting = new Waiting(hands);
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int errno = from.pin(call);
        if (errno == 0 && (flags(call) & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) != 0) {
            errno = Errno.EINVAL;
        }
        if (errno == 0) {
            call.nameCapacity(from.capacity(call, call.argument(ADDRESS), call.argument(LENGTH), scratch));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        PinnedSocket socket = call.pinned();
        if (!DescriptorRoom.isLeft(call.tid())) {
            return Verdict.failure(Errno.EMFILE);
        }
        Kept earlier = earlier(socket.cookie());
        Block name = Block.allocate(SocketAddresses.CAPACITY + 8);
        long fd = earlier != null
                ? earlier.connection
                : waiting.run(call, !socket.nonBlocking(), interruption -> accept(call, name, interruption));
        if (fd < 0) {
            return Verdict.failure((int) -fd);
        }
        call.gives((int) fd);
        if (call.nameCapacity() < 0) {
            // As natively, the connection is lost.
            return Verdict.failure(-call.nameCapacity());
        }
        Optional<Address> peer = earlier != null ? earlier.peer : peer(name, (int) fd);
        return peer.map(Verdict.value(0)::withAddress).orElse(Verdict.value(0));
    }

    private long accept(ReceivedCall call, Block name, Interruption interruption) {
        PinnedSocket socket = call.pinned();
        if (Arrivals.listens(socket) && !Arrivals.isReady(socket)) {
            return -Errno.EAGAIN;
        }
        int length = SocketAddresses.CAPACITY;
        name.putInt(length, length);
        int wanted = (flags(call) & SOCK_NONBLOCK) | SOCK_CLOEXEC;
        return hands.interruptions()
                .run(
                        interruption,
                        () -> Linux.call(
                                Nr.ACCEPT4, socket.fd(), name.address(), name.address() + length, wanted, 0, 0));
    }

    /** The kernel knows a path that was bound relative to its directory by its last name only. */
    private Optional<Address> peer(Block name, int fd) {
        int length = Math.min(name.getInt(SocketAddresses.CAPACITY), SocketAddresses.CAPACITY);
        if (length < 2) {
            return Optional.empty();
        }
        Address told = SocketAddresses.decode(name, 0, length);
        if (!(told instanceof Address.UnixPath)) {
            return Optional.of(told);
        }
        Attempt<Address> spelled = hands.names().peer(PinnedSocket.adopt(fd).get());
        return Optional.of(spelled.succeeded() ? spelled.get() : told);
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        if (call.argument(ADDRESS) != 0) {
            int error = to.writePeer(
                    call, verdict.address(), call.argument(ADDRESS), call.nameCapacity(), call.argument(LENGTH));
            if (error != 0) {
                return error;
            }
        }
        if (call.given() < 0) {
            return 0; // a handler's answer, not a connection
        }
        int number = to.give(call, (flags(call) & SOCK_CLOEXEC) != 0);
        if (number == -Errno.EMFILE) {
            keep(new Kept(call.pinned().cookie(), call.takeGiven(), verdict.address()));
        }
        call.givenAs(number);
        return Math.min(0, number);
    }

    @Override
    public long result(ReceivedCall call, Verdict verdict) {
        return call.givenAs() < 0 ? verdict.value() : call.givenAs();
    }

    private static int flags(ReceivedCall call) {
        return call.number() == Nr.ACCEPT4 ? (int) call.argument(FLAGS) : 0;
    }

    private void keep(Kept connection) {
        synchronized (kept) {
            kept.addLast(connection);
            if (kept.size() > KEPT) {
                Linux.close(kept.removeFirst().connection);
            }
        }
    }

    private @Nullable Kept earlier(long listener) {
        synchronized (kept) {
            for (Kept each : kept) {
                if (each.listener == listener) {
                    kept.remove(each);
                    return each;
                }
            }
            return null;
        }
    }
}
