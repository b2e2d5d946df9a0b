package org.sluice.core.call;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;

/** bind(2): socket, address, length. */
final class BindCall implements Kind {

    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;

    private final Hands hands;

    BindCall(Hands hands) {
        this.hands = hands;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int length = (int) call.argument(LENGTH);
        int errno = from.pinReadingAddress(call, call.argument(ADDRESS), length, scratch);
        if (errno == 0) {
            errno = from.addressError(length);
        }
        if (errno == 0) {
            errno = Copying.hasFamily(length);
        }
        if (errno == 0) {
            // An old program may bind with AF_UNSPEC and mean IPv4: it is judged as what the kernel makes of it.
            int domain = call.pinned().domain();
            call.copied(SocketAddresses.forBind(SocketAddresses.decode(scratch, 0, length, domain), domain));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Address address = given.orElseThrow();
        PinnedSocket socket = call.pinned();
        if (address instanceof Address.UnixPath path) {
            return bindPath(call, path);
        }
        Attempt<Optional<Address>> done = exclusive
                ? hands.sockets().claim(socket, address)
                : hands.sockets().bindNamed(socket, address);
        return done.succeeded() ? bound(done.get()) : Verdict.failure(done.errno());
    }

    private static Verdict bound(Optional<Address> at) {
        return at.map(Verdict.value(0)::withAddress).orElse(Verdict.value(0));
    }

    private Verdict bindPath(ReceivedCall call, Address.UnixPath path) {
        Resolved parent = call.resolve(path);
        if (parent.errno() != 0) {
            return Verdict.failure(parent.errno());
        }
        int result = hands.unix().bind(call.pinned(), call.target(), path, parent.pinned(), hands.ruleset());
        return result < 0
                ? Verdict.failure(-result)
                : Verdict.value(0).withAddress(parent.canonical().orElse(path));
    }
}
