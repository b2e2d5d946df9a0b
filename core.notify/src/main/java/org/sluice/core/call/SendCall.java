package org.sluice.core.call;

import java.util.Optional;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Denial;
import org.sluice.notify.Rule;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Interruption;
import org.sluice.target.Message;
import org.sluice.target.Pidfd;

/** What sendto(2), sendmsg(2) and each message of sendmmsg(2) have in common: how one message is sent. */
abstract class SendCall implements Kind {

    private final Hands hands;

    SendCall(Hands hands) {
        this.hands = hands;
    }

    /** Takes over what was copied; 0 or the errno. */
    static int take(ReceivedCall call, Attempt<Message> copied) {
        if (!copied.succeeded()) {
            return Copying.visible(copied.errno());
        }
        Message message = copied.get();
        call.message(message);
        message.destination().ifPresent(call::copied);
        return 0;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> given, boolean exclusive) {
        Message message = call.message();
        if (message.isRouted()) {
            return Verdict.deny(new Denial(
                    Rule.SEND,
                    given.map(Address::toString).orElse("the connected peer"),
                    "a source route passes the address that was judged",
                    ""));
        }
        if (given.isPresent() && given.get() instanceof Address.UnixPath path) {
            Resolved object = call.resolve(path);
            Verdict refusal = object.errno() == 0 ? hands.refusal(Rule.SEND, object) : null;
            if (refusal != null) {
                return refusal;
            }
        }
        int errno = address(call, message, given);
        return errno != 0 ? Verdict.failure(errno) : send(call, message);
    }

    /**
     * Sends a message of a netlink socket to the kernel without naming it as the destination, which it is anyway. So the
     * kernel asks for the rights of whoever opened the socket: with a name it asks for the sender's alone (__netlink_ns_capable
     * in net/netlink/af_netlink.c), and who sends here may own the socket's namespace.
     */
    Verdict performToKernel(ReceivedCall call) {
        int errno = call.message().netlinkErrno();
        return errno != 0 ? Verdict.failure(errno) : send(call, call.message());
    }

    private int address(ReceivedCall call, Message message, Optional<Address> given) {
        if (given.isPresent() && given.get() instanceof Address.UnixPath path) {
            Resolved object = call.resolve(path);
            if (object.errno() == 0) {
                hands.sends().address(message, object.pinned());
            }
            return object.errno();
        }
        if (given.equals(message.destination())) {
            hands.sends().address(message);
            return 0;
        }
        return -hands.sends().address(message, given.orElseThrow());
    }

    private Verdict send(ReceivedCall call, Message message) {
        long result = hands.sends().send(message, call.tid(), call::waits);
        if (result == -Errno.EAGAIN && message.mayWait()) {
            return await(call, message);
        }
        if (result == -Errno.EPIPE && message.sent() == 0 && message.raisesSignal()) {
            raise(call);
        }
        return outcome(message, result);
    }

    private Verdict await(ReceivedCall call, Message message) {
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (!thread.succeeded()) {
            return Verdict.failure(Errno.EPERM);
        }
        try (Pidfd pidfd = thread.get()) {
            hands.beforeBlocking().run();
            Interruption interruption = hands.interruptions().watch(call.tid(), pidfd);
            call.began(interruption);
            long result = hands.sends().await(message, call.tid(), call::waits, interruption);
            if (result == -Errno.EPIPE && message.sent() == 0 && message.raisesSignal()) {
                raise(call);
            }
            return message.sent() > 0
                    ? Verdict.value(message.sent())
                    : Blocking.outcome(result, interruption, call.pinned());
        }
    }

    private static Verdict outcome(Message message, long result) {
        if (message.sent() > 0) {
            return Verdict.value(message.sent());
        }
        return result < 0 ? Verdict.failure((int) -result) : Verdict.value(result);
    }

    /** By a fresh look at the thread, and only while its call waits: the number may be another thread's later. */
    private void raise(ReceivedCall call) {
        Attempt<Pidfd> thread = hands.pidfds().acquire(call.tid());
        if (thread.succeeded()) {
            try (Pidfd pidfd = thread.get()) {
                if (call.waits()) {
                    hands.sends().raiseSignal(pidfd);
                }
            }
        }
    }
}
