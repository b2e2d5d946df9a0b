package org.sluice.core.call;

import org.sluice.bpf.SeccompNotif;
import org.sluice.core.pump.Intake;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.target.Attempt;
import org.sluice.target.Pidfds;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;
import org.sluice.target.TargetMemory;

/**
 * Takes notifications in: pins and copies what the arguments refer to, once, checks that the call still waits, and only
 * then hands it on. A bad argument is answered as the kernel answers it, before any handler is asked. Thread-safe.
 */
final class Reception implements Intake {

    private static final int SOCKET = 0;
    private static final int ADDRESS = 1;
    private static final int LENGTH = 2;

    private final Pidfds pidfds;
    private final TargetMemory memory;
    private final Answers answers;
    private final Resolver resolver;
    private final Next next;

    /** What happens with a call once it has been copied. Answers it exactly once and never throws. */
    interface Next {
        void handle(ReceivedCall call);
    }

    Reception(Pidfds pidfds, TargetMemory memory, Answers answers, Resolver resolver, Next next) {
        this.pidfds = pidfds;
        this.memory = memory;
        this.answers = answers;
        this.resolver = resolver;
        this.next = next;
    }

    @Override
    public void handle(Block received, Block scratch) {
        ReceivedCall call = new ReceivedCall(received, resolver, answers::waits);
        Signature signature = Signature.of(received.getInt(SeccompNotif.NUMBER));
        int errno;
        try {
            errno = copy(call, signature, scratch);
        } catch (RuntimeException | Error e) {
            answers.answer(call, Errno.EPERM);
            throw e;
        }
        if (errno != 0) {
            answers.answer(call, errno);
        } else {
            next.handle(call);
        }
    }

    private int copy(ReceivedCall call, Signature signature, Block scratch) {
        if (!signature.takesSocket()) {
            return 0;
        }
        Attempt<PinnedSocket> pinned = PinnedSocket.pin(pidfds, call.tid(), (int) call.argument(SOCKET));
        if (!pinned.succeeded()) {
            return visible(pinned.errno());
        }
        call.pinned(pinned.get());
        int errno = signature.takesAddress() ? copyAddress(call, scratch) : copyCapacity(call, scratch);
        if (errno != 0) {
            return errno;
        }
        // What was pinned and read by the thread's number is this call's only if the call still waits.
        return answers.waits(call.id()) ? 0 : Errno.ESRCH;
    }

    /** As move_addr_to_kernel in net/socket.c, then the checks of the families. */
    private int copyAddress(ReceivedCall call, Block scratch) {
        int length = (int) call.argument(LENGTH);
        if (length < 0 || length > SocketAddresses.CAPACITY) {
            return Errno.EINVAL;
        }
        int read = memory.readFully(call.tid(), call.argument(ADDRESS), scratch, 0, length);
        if (read < 0) {
            return visible(-read);
        }
        int errno = SocketAddresses.check(scratch, 0, length);
        if (errno == 0) {
            Address address = SocketAddresses.decode(scratch, 0, length);
            // An old program may bind with AF_UNSPEC and mean IPv4: it is judged as what the kernel makes of it.
            call.copied(
                    call.number() == Nr.BIND
                            ? SocketAddresses.forBind(address, call.pinned().domain())
                            : address);
        }
        return errno;
    }

    private int copyCapacity(ReceivedCall call, Block scratch) {
        int read = memory.readFully(call.tid(), call.argument(LENGTH), scratch, 0, 4);
        if (read < 0) {
            return visible(-read);
        }
        int capacity = scratch.getInt(0);
        call.nameCapacity(capacity);
        return capacity < 0 ? Errno.EINVAL : 0;
    }

    /** ESRCH means that the target is gone; whatever is answered then, nobody sees it. */
    private static int visible(int errno) {
        return errno == Errno.ESRCH ? Errno.EPERM : errno;
    }
}
