package org.sluice.core.call;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Peers;
import org.sluice.target.Pidfd;
import org.sluice.target.PinnedSocket;

/**
 * listen(2): socket, backlog. On a TCP socket that is not bound it is a bind(2) as well, to a port of the kernel's choice;
 * so such a call has an address, that is judged as the address of a bind(2), and is bound to it before it listens.
 */
final class ListenCall implements Kind {

    private static final int BACKLOG = 1;

    /** A socket that others connect and disconnect all the time is left as it is found. */
    private static final int ATTEMPTS = 3;

    private final Hands hands;

    ListenCall(Hands hands) {
        this.hands = hands;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int errno = from.pin(call);
        if (errno != 0) {
            return errno;
        }
        Attempt<Optional<Address>> binds = hands.sockets().bindsTo(call.pinned());
        if (binds.succeeded()) {
            binds.get().ifPresent(call::copied);
        }
        return binds.errno();
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        PinnedSocket socket = call.pinned();
        int bound = address.isEmpty() ? 0 : bind(socket, address.get(), exclusive);
        int result = bound < 0 ? bound : listen(call, socket);
        if (result < 0) {
            return Verdict.failure(-result);
        }
        Verdict done = Verdict.value(0);
        return address.isEmpty() ? done : socket.local().map(done::withAddress).orElse(done);
    }

    /**
     * Binds to what was judged. EINVAL says that the socket is bound, or that it is connected just now: then it might be
     * unbound again by the time it listens, at an address that nobody has judged.
     */
    private int bind(PinnedSocket socket, Address address, boolean exclusive) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int result = exclusive
                    ? hands.sockets().bindExclusive(socket, address)
                    : hands.sockets().bind(socket, address);
            if (result != -Errno.EINVAL) {
                return result;
            }
            Attempt<Optional<Address>> binds = hands.sockets().bindsTo(socket);
            if (binds.succeeded() && isBound(binds.get(), address)) {
                return 0;
            }
        }
        return -Errno.EINVAL;
    }

    /** An MPTCP socket is not in the table of ports: what says EINVAL for it twice at one address is bound there. */
    private static boolean isBound(Optional<Address> now, Address judged) {
        return now.isEmpty()
                || (judged instanceof Address.Inet inet
                        && inet.port() != 0
                        && now.get().equals(judged));
    }

    private int listen(ReceivedCall call, PinnedSocket socket) {
        int backlog = (int) call.argument(BACKLOG);
        if (!Peers.areTaken(socket)) {
            return hands.sockets().listen(socket, backlog);
        }
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            return -Errno.EPERM;
        }
        try (Pidfd pidfd = thread.get()) {
            Attempt<Peers.Party> by = call.party(hands.peers(), pidfd);
            return by.succeeded()
                    ? hands.peers()
                            .listen(socket, by.get(), () -> hands.sockets().listen(socket, backlog))
                    : -Errno.EPERM;
        }
    }
}
