package org.sluice.core.call;

import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.BindMap;
import org.sluice.target.Interruption;
import org.sluice.target.Interruptions;
import org.sluice.target.Pidfd;
import org.sluice.target.Pidfds;
import org.sluice.target.PinnedPath;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketCalls;
import org.sluice.target.UnixCalls;

/** Performs socket calls on the target's own, pinned socket, from the copies. Thread-safe. */
final class OnBehalf implements SocketTerminal.Performer {

    /** Not for programs: the kernel turns it into EINTR or restarts the call, as the signal's handler says. */
    private static final int ERESTARTSYS = 512;

    private final SocketCalls sockets;
    private final UnixCalls unix;
    private final BindMap names;
    private final Interruptions interruptions;
    private final Pidfds pidfds;
    private final int ruleset;
    private final Runnable beforeBlocking;

    /**
     * A performer for one sandbox.
     *
     * @param ruleset the Landlock ruleset that the target is under
     * @param beforeBlocking called when a call may block for long
     */
    OnBehalf(
            SocketCalls sockets,
            UnixCalls unix,
            BindMap names,
            Interruptions interruptions,
            Pidfds pidfds,
            int ruleset,
            Runnable beforeBlocking) {
        this.sockets = sockets;
        this.unix = unix;
        this.names = names;
        this.interruptions = interruptions;
        this.pidfds = pidfds;
        this.ruleset = ruleset;
        this.beforeBlocking = beforeBlocking;
    }

    @Override
    public Verdict bind(ReceivedCall call, Address address, boolean exclusive) {
        TargetRights.adopt();
        PinnedSocket socket = call.pinned();
        int result;
        Address bound = address;
        if (address instanceof Address.UnixPath path) {
            Resolved parent = call.resolve(path);
            if (parent.errno() != 0) {
                return Verdict.failure(parent.errno());
            }
            result = unix.bind(socket, call.target(), path, pin(parent), ruleset);
            bound = parent.canonical().orElse(address);
        } else {
            result = exclusive ? sockets.bindExclusive(socket, address) : sockets.bind(socket, address);
        }
        if (result < 0) {
            return Verdict.failure(-result);
        }
        Verdict done = Verdict.value(0);
        return address instanceof Address.UnixPath
                ? done.withAddress(bound)
                : socket.local().map(done::withAddress).orElse(done);
    }

    @Override
    public Verdict connect(ReceivedCall call, Address address) {
        TargetRights.adopt();
        PinnedSocket socket = call.pinned();
        Attempt<Pidfd> thread = pidfds.acquire(call.tid());
        if (!thread.succeeded()) {
            return Verdict.failure(Errno.EPERM);
        }
        try (Pidfd pidfd = thread.get()) {
            Interruption interruption = interruptions.watch(call.tid(), pidfd);
            call.began(interruption);
            int result;
            if (address instanceof Address.UnixPath path) {
                Resolved object = call.resolve(path);
                if (object.errno() != 0) {
                    return Verdict.failure(object.errno());
                }
                result = unix.connect(socket, pin(object), interruption);
            } else {
                if (address instanceof Address.Inet inet && !inet.isLoopback() && !socket.nonBlocking()) {
                    beforeBlocking.run();
                }
                result = sockets.connect(socket, address, interruption);
            }
            return outcome(result, interruption);
        }
    }

    @Override
    public Verdict socketName(ReceivedCall call) {
        return name(names.local(call.pinned()));
    }

    @Override
    public Verdict peerName(ReceivedCall call) {
        return name(names.peer(call.pinned()));
    }

    private static Verdict name(Attempt<Address> name) {
        return name.succeeded() ? Verdict.value(0).withAddress(name.get()) : Verdict.failure(name.errno());
    }

    private static Verdict outcome(int result, Interruption interruption) {
        if (result >= 0) {
            return Verdict.value(result);
        }
        boolean restart = result == -Errno.EINTR
                && interruption.cause() == Interruption.Cause.SIGNAL
                && interruption.restartable();
        return Verdict.failure(restart ? ERESTARTSYS : -result);
    }

    private static PinnedPath pin(Resolved resolved) {
        if (resolved.pin() == null) {
            throw new IllegalStateException(resolved.of() + " was resolved without a pin");
        }
        return resolved.pin();
    }
}
