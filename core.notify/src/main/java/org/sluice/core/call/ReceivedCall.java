package org.sluice.core.call;

import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.bpf.SeccompNotif;
import org.sluice.core.chain.Notification;
import org.sluice.core.pump.Pump;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.SyscallTable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;
import org.sluice.notify.Socket;
import org.sluice.notify.Target;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.Message;
import org.sluice.target.Peers;
import org.sluice.target.Pidfd;
import org.sluice.target.PinnedPath;
import org.sluice.target.PinnedSocket;

/**
 * One notification with the copies that were made for it. What it owns (the pinned socket, a resolved path) is closed
 * when it has been answered <i>and</i> nobody performs it any more: a handler whose time is up is answered for while its
 * thread may still be in a system call on that descriptor, and a number that was closed under it would soon be another
 * socket.
 */
final class ReceivedCall implements Notification {

    private static final int NONE = -1;

    private final long id;
    private final int tid;
    private final int number;
    private final long[] arguments = new long[6];
    private final Resolver resolver;
    private final LongPredicate waits;
    private @Nullable PinnedSocket socket;
    private @Nullable Address address;
    private @Nullable Bytes data;
    private int nameCapacity;
    private int given = NONE;
    private DeviceCalls.@Nullable Reply reply;
    private int givenAs = NONE;
    private @Nullable Block received;
    private int receivedLength;
    private @Nullable OpenRequest request;
    private @Nullable Resolved resolved;
    private @Nullable Message message;
    private @Nullable Interruption interruption;
    private @Nullable OpenQuestion question;
    private final @Nullable ReceivedCall whole;
    private boolean confirmed;
    private boolean abandoned;
    private int users = 1;

    ReceivedCall(Block received, Resolver resolver, LongPredicate waits) {
        this.id = received.getLong(SeccompNotif.ID);
        this.tid = received.getInt(SeccompNotif.PID);
        this.number = received.getInt(SeccompNotif.NUMBER);
        for (int i = 0; i < 6; i++) {
            arguments[i] = received.getLong(SeccompNotif.ARGUMENTS + 8 * i);
        }
        this.resolver = resolver;
        this.waits = waits;
        this.whole = null;
    }

    private ReceivedCall(ReceivedCall whole) {
        this.id = whole.id;
        this.tid = whole.tid;
        this.number = whole.number;
        System.arraycopy(whole.arguments, 0, arguments, 0, arguments.length);
        this.resolver = whole.resolver;
        this.waits = whole.waits;
        this.socket = whole.socket;
        this.whole = whole;
    }

    /** One of several messages of this call: with its socket, which stays open until the part has ended too. */
    ReceivedCall part() {
        enter();
        return new ReceivedCall(this);
    }

    int tid() {
        return tid;
    }

    /** The six registers; not to be changed. */
    long[] registers() {
        return arguments;
    }

    void pinned(PinnedSocket pinned) {
        socket = pinned;
    }

    void copied(Address copy) {
        address = copy;
    }

    void copied(Bytes value) {
        data = value;
    }

    void copied(OpenRequest opening) {
        request = opening;
    }

    /** What the call would open, if it is of that kind. */
    Optional<OpenRequest> request() {
        return Optional.ofNullable(request);
    }

    /** The result of a walk that went by the thread's number, which means its thread only as long as the call waits. */
    Attempt<PinnedPath> walked(Supplier<Attempt<PinnedPath>> walk) {
        Attempt<PinnedPath> end = walk.get();
        if (waits.test(id)) {
            return end;
        }
        if (end.succeeded()) {
            end.get().close();
        }
        return Attempt.failed(Errno.ESRCH);
    }

    /** A descriptor of the supervisor's that the target gets with the answer; this call closes it. */
    synchronized void gives(int fd) {
        if (given != NONE) {
            Linux.close(given);
        }
        given = fd;
        if (users == 0) {
            Linux.close(fd);
            given = NONE;
        }
    }

    /** The descriptor is the caller's from now on. */
    synchronized int takeGiven() {
        int taken = given;
        given = NONE;
        return taken;
    }

    /** The number of {@link #given} in the target. */
    void givenAs(int number) {
        givenAs = number;
    }

    int givenAs() {
        return givenAs;
    }

    /** What came in for the target. */
    void received(Block bytes, int length) {
        received = bytes;
        receivedLength = length;
    }

    /** What came in, once; {@code null} if nothing did. */
    @Nullable
    Block takeReceived() {
        Block taken = received;
        received = null;
        return taken;
    }

    int receivedLength() {
        return receivedLength;
    }

    /** What the target gets, negative if nothing. */
    int given() {
        return given;
    }

    /**
     * Who the caller is.
     *
     * @param pidfd of its thread
     * @return or an errno if it is gone
     */
    Attempt<Peers.Party> party(Peers peers, Pidfd pidfd) {
        Attempt<Peers.Party> party = peers.party(tid, pidfd);
        // A number means its thread only as long as the call waits.
        if (party.succeeded() && !waits.test(id)) {
            peers.release(party.get());
            return Attempt.failed(Errno.ESRCH);
        }
        return party;
    }

    /** How much room the target has for a socket's name: the value that its length argument pointed to. */
    void nameCapacity(int bytes) {
        nameCapacity = bytes;
    }

    int nameCapacity() {
        return nameCapacity;
    }

    void message(Message copy) {
        message = copy;
    }

    Message message() {
        Message copied = message;
        if (copied == null) {
            throw new IllegalStateException(name() + " has no message");
        }
        return copied;
    }

    /** Whether the call still waits, so that what was read from its thread is its own. */
    boolean waits() {
        return waits.test(id);
    }

    /** It still waited after everything had been taken in. */
    void confirm() {
        confirmed = true;
    }

    /** Whether {@link #confirm} has been called. */
    boolean isConfirmed() {
        return confirmed;
    }

    /** What is written for a request about an interface that succeeded. */
    void reply(DeviceCalls.Reply made) {
        reply = made;
    }

    DeviceCalls.@Nullable Reply reply() {
        return reply;
    }

    PinnedSocket pinned() {
        PinnedSocket pinned = socket;
        if (pinned == null) {
            throw new IllegalStateException(name() + " has no pinned socket");
        }
        return pinned;
    }

    /** Keeps what the call owns open during a performance; false if it has been closed already. */
    synchronized boolean enter() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** The end of a performance, or of the call itself. */
    synchronized void leave() {
        if (--users == 0) {
            if (whole != null) {
                whole.leave();
            } else if (socket != null) {
                close(socket);
            }
            if (message != null) {
                message.close();
            }
            if (resolved != null) {
                resolved.close();
            }
            if (given != NONE) {
                closeSoon(given);
                given = NONE;
            }
            if (request != null) {
                request.close();
            }
            if (question != null) {
                question.withdraw();
            }
        }
    }

    /** Before the answer goes out, so that the target finds the socket closed when it has closed its own descriptor. */
    private void close(PinnedSocket pinned) {
        int fd = pinned.release();
        if (fd >= 0) {
            closeSoon(fd);
        }
    }

    private void closeSoon(int fd) {
        if (!Pump.closeFirst(id, fd)) {
            Linux.close(fd);
        }
    }

    /** The question that was raised about this call, or a new one. */
    synchronized OpenQuestion question(Supplier<OpenQuestion> raise) {
        OpenQuestion known = question;
        if (known == null) {
            known = raise.get();
            question = known;
            if (users == 0) {
                known.withdraw();
            }
        }
        return known;
    }

    /** A blocking call begins on behalf of this one. */
    synchronized void began(Interruption fresh) {
        interruption = fresh;
        if (abandoned) {
            fresh.cancel();
        }
    }

    /** Nobody waits for the blocking call any more. */
    synchronized void abandon() {
        abandoned = true;
        if (interruption != null) {
            interruption.cancel();
        }
    }

    /** The path of {@code address}, resolved and pinned at the first time it is asked for. */
    synchronized Resolved resolve(Address.UnixPath path) {
        Resolved known = resolved;
        if (known != null && known.of().equals(path)) {
            return known;
        }
        Resolved fresh = resolver.resolve(tid, name(), path);
        if (!waits.test(id)) {
            // The walk went by the thread's number, which may be another thread's by now.
            fresh.close();
            fresh = Resolved.failed(path, Errno.ESRCH);
        }
        if (known != null) {
            known.close();
        }
        resolved = fresh;
        if (users == 0) {
            fresh.close();
        }
        return fresh;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public String name() {
        return SyscallTable.host().name(number);
    }

    @Override
    public long argument(int index) {
        return arguments[index];
    }

    @Override
    public Target target() {
        return new Caller(tid);
    }

    @Override
    public Optional<Socket> socket() {
        return Optional.ofNullable(socket);
    }

    @Override
    public Optional<Address> address() {
        return Optional.ofNullable(address);
    }

    @Override
    public Optional<Bytes> data() {
        return Optional.ofNullable(data);
    }

    @Override
    public Optional<Opening> opening() {
        return Optional.ofNullable(request);
    }

    @Override
    public Optional<String> virtualName(boolean anywhere) {
        return request == null ? Optional.empty() : request.virtualName(anywhere);
    }

    @Override
    public Optional<Bytes> spelledPath() {
        return request == null ? Optional.empty() : Optional.of(request.spelled());
    }

    @Override
    public Optional<Address> canonical(Address given) {
        if (given instanceof Address.Inet inet) {
            return Optional.of(inet.unmapped());
        }
        return given instanceof Address.UnixPath path ? resolve(path).canonical() : Optional.of(given);
    }

    @Override
    public int unresolved(Address given) {
        return given instanceof Address.UnixPath path ? resolve(path).errno() : 0;
    }
}
