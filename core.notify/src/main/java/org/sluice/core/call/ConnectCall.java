package org.sluice.core.call;

import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.Peers;
import org.sluice.target.Pidfd;
import org.sluice.target.PinnedPath;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;

/** connect(2): socket, address, length. */
final class ConnectCall implements Kind {

    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;

    private final Hands hands;

    ConnectCall(Hands hands) {
        this.hands = hands;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int length = (int) call.argument(LENGTH);
        int pinned = from.pinReadingAddress(call, call.argument(ADDRESS), length, scratch);
        if (pinned != 0 && pinned != Errno.ENOTSOCK) {
            return pinned;
        }
        // The kernel reads the address of any open file, and only then asks whether the file is a socket.
        int errno = from.addressError(length);
        if (errno == 0) {
            errno = pinned != 0 ? pinned : Copying.hasFamily(length);
        }
        if (errno == 0) {
            call.copied(SocketAddresses.decode(scratch, 0, length, call.pinned().domain()));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Address address = given.orElseThrow();
        PinnedSocket socket = call.pinned();
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            return Verdict.failure(Errno.EPERM);
        }
        try (Pidfd pidfd = thread.get()) {
            Interruption interruption = hands.interruptions().watch(call.tid(), pidfd);
            call.began(interruption);
            int result;
            if (address instanceof Address.UnixPath path) {
                Resolved object = call.resolve(path);
                if (object.errno() != 0) {
                    return Verdict.failure(object.errno());
                }
                Verdict refusal = hands.refusal(Rule.CONNECT, object);
                if (refusal != null) {
                    return refusal;
                }
                PinnedPath file = object.pinned();
                result = connect(call, pidfd, file, null, () -> hands.unix().connect(socket, file, interruption));
            } else {
                if (address instanceof Address.Inet inet && !inet.isLoopback() && !socket.nonBlocking()) {
                    hands.beforeBlocking().run();
                }
                Address.UnixAbstract name = address instanceof Address.UnixAbstract abstractName ? abstractName : null;
                result = connect(call, pidfd, null, name, () -> hands.sockets().connect(socket, address, interruption));
            }
            return Blocking.outcome(result, interruption, socket);
        }
    }

    /** The kernel takes down the supervisor as who connects; this keeps who it was. */
    private int connect(
            ReceivedCall call,
            Pidfd pidfd,
            @Nullable PinnedPath file,
            Address.@Nullable UnixAbstract name,
            IntSupplier connect) {
        if ((file == null && name == null) || !Peers.areTaken(call.pinned())) {
            return connect.getAsInt();
        }
        Attempt<Peers.Party> from = call.party(hands.peers(), pidfd);
        return from.succeeded() ? hands.peers().connect(call.pinned(), from.get(), file, name, connect) : -Errno.EPERM;
    }
}
