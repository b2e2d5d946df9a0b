package org.sluice.core.call;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.chain.Continued;
import org.sluice.core.chain.Notification;
import org.sluice.core.chain.Question;
import org.sluice.core.chain.Terminal;
import org.sluice.linux.Errno;
import org.sluice.linux.Nr;
import org.sluice.linux.SyscallTable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.TargetRights;

/**
 * The system calls that the core performs, and so the end of the chain. Of any other call nothing is copied and the
 * kernel runs it: nobody has looked at its memory, so nobody can be deceived about it. Thread-safe.
 */
final class Kinds implements Terminal {

    private final @Nullable Kind[] byNumber;

    private final TargetRights rights;
    private final @Nullable PrivateAnswers privately;

    /**
     * The calls of one sandbox.
     *
     * @param looks those that look at names and list directories, where something is hidden from them
     */
    Kinds(Hands hands, OpenHands files, @Nullable PrivateAnswers privately, Map<String, Kind> looks) {
        this.rights = hands.rights();
        this.privately = privately;
        Kind accept = new AcceptCall(hands);
        Map<Integer, Kind> known = new HashMap<>(Map.ofEntries(
                Map.entry(Nr.BIND, new BindCall(hands)),
                Map.entry(Nr.CONNECT, new ConnectCall(hands)),
                Map.entry(Nr.LISTEN, new ListenCall(hands)),
                Map.entry(Nr.ACCEPT, accept),
                Map.entry(Nr.ACCEPT4, accept),
                Map.entry(Nr.RECVFROM, new ReceiveCall(hands)),
                Map.entry(Nr.GETSOCKNAME, new NameCall(hands.names()::local)),
                Map.entry(Nr.GETPEERNAME, new NameCall(hands.names()::peer)),
                Map.entry(
                        Nr.GETSOCKOPT,
                        privately instanceof SyntheticCalls
                                ? new OptionCall(new PeerCall(hands))
                                : new PeerCall(hands)),
                Map.entry(Nr.SETSOCKOPT, new SetOptionCall()),
                Map.entry(Nr.SENDTO, new SendtoCall(hands)),
                Map.entry(Nr.SENDMSG, new SendmsgCall(hands)),
                Map.entry(Nr.SENDMMSG, new SendmmsgCall(hands)),
                Map.entry(Nr.IOCTL, new DeviceCall(privately != null))));
        if (privately instanceof SyntheticCalls) {
            known.put(Nr.RECVMSG, new PinnedCall());
        }
        for (String open : List.of("open", "creat", "openat", "openat2")) {
            if (SyscallTable.host().has(open)) {
                known.put(SyscallTable.host().number(open), new OpenCall(open, hands, files));
            }
        }
        looks.forEach((name, kind) -> known.put(SyscallTable.host().number(name), kind));
        this.byNumber = new Kind[Collections.max(known.keySet()) + 1];
        known.forEach((number, kind) -> byNumber[number] = kind);
    }

    /** The kind of a call; {@code null} if the core does not perform it. */
    @Nullable
    Kind of(int number) {
        return number >= 0 && number < byNumber.length ? byNumber[number] : null;
    }

    @Override
    public Verdict perform(Notification notification, Optional<Address> address, boolean exclusive) {
        ReceivedCall call = (ReceivedCall) notification;
        Kind kind = of(call.number());
        if (kind == null) {
            return Continued.KERNEL;
        }
        if (!call.enter()) {
            // Answered already: its time was up.
            return Verdict.failure(Errno.EPERM);
        }
        try {
            return act(call, () -> kind.perform(call, address, exclusive));
        } finally {
            call.leave();
        }
    }

    @Override
    public Verdict performPrivately(Notification notification) {
        ReceivedCall call = (ReceivedCall) notification;
        if (privately == null) {
            return Verdict.failure(call.number() == Nr.SOCKET ? Errno.EAFNOSUPPORT : Errno.EPERM);
        }
        if (!call.enter()) {
            return Verdict.failure(Errno.EPERM);
        }
        try {
            return act(call, () -> privately.perform(call));
        } finally {
            call.leave();
        }
    }

    private Verdict act(ReceivedCall call, Supplier<Verdict> performance) {
        rights.adopt(call.tid());
        try {
            // What was taken over may be another thread's, if this one has ended.
            return rights.differ() && !call.waits() ? Verdict.failure(Errno.EPERM) : performance.get();
        } finally {
            rights.release();
        }
    }

    @Override
    public Verdict serve(Notification notification, Bytes content) {
        ReceivedCall call = (ReceivedCall) notification;
        if (!(of(call.number()) instanceof OpenCall kind) || !call.enter()) {
            return Verdict.failure(Errno.EPERM);
        }
        try {
            return act(call, () -> kind.serve(call, content));
        } finally {
            call.leave();
        }
    }

    @Override
    public Question question(Notification notification, Denial denial) {
        ReceivedCall call = (ReceivedCall) notification;
        if (!(of(call.number()) instanceof OpenCall kind) || call.request().isEmpty()) {
            throw new IllegalStateException(call.name() + " opens nothing that could be approved");
        }
        return call.question(() -> kind.ask(call, call.request().get(), denial));
    }

    @Override
    public void abandon(Notification notification) {
        ((ReceivedCall) notification).abandon();
    }
}
