package org.sluice.target;

import java.util.function.BooleanSupplier;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;

/**
 * Sends a target's message on its own socket, in its place (send(2)). A send that need not wait is made at once; for one
 * that has to, the caller comes again with what can end it. Thread-safe, but one message is for one thread at a time.
 */
public final class SendCalls {

    private static final int SIGPIPE = 13;

    private final Interruptions interruptions;
    private final TargetMemory memory;

    /** For blocking sends that {@code interruptions} ends. */
    public SendCalls(Interruptions interruptions, TargetMemory memory) {
        this.interruptions = interruptions;
        this.memory = memory;
    }

    /** Addresses a message to what the target wrote. */
    public void address(Message message) {
        message.asWritten();
    }

    /**
     * Addresses a message to something else.
     *
     * @return 0 or -EINVAL
     */
    public int address(Message message, Address address) {
        if (address instanceof Address.UnixPath) {
            throw new IllegalArgumentException("the path " + address + " was not resolved for the target");
        }
        return message.to(address);
    }

    /** Addresses a message to the object at the end of a walk. */
    public void address(Message message, PinnedPath object) {
        message.to(object);
    }

    /**
     * Sends what can be sent without waiting.
     *
     * @param waits whether the call still waits; asked after each further look at the target's memory
     * @return the number of bytes if that was all; -EAGAIN if the rest has to wait, or another negative errno
     */
    public long send(Message message, int tid, BooleanSupplier waits) {
        if (message.isIndivisible() && message.mayWait()) {
            return -Errno.EAGAIN;
        }
        while (true) {
            long result = message.send(Message.MSG_DONTWAIT);
            if (result < 0) {
                return result;
            }
            message.took(result);
            if (message.isWhole() || message.isShort()) {
                return message.sent();
            }
            if (message.payload().left() > 0) {
                return -Errno.EAGAIN;
            }
            int refilled = message.refill(memory, tid, waits);
            if (refilled < 0) {
                return refilled;
            }
        }
    }

    /**
     * Sends the rest, waiting for as long as the kernel does.
     *
     * @param waits as {@link #send}
     * @return the number of bytes of the whole message if that was all, or a negative errno; -EINTR if
     *     {@code interruption} has a cause
     */
    public long await(Message message, int tid, BooleanSupplier waits, Interruption interruption) {
        while (true) {
            long result = interruptions.run(interruption, () -> message.send(0));
            if (result < 0) {
                return result;
            }
            message.took(result);
            if (message.isWhole() || message.isShort()) {
                return message.sent();
            }
            if (message.payload().left() > 0) {
                if (interruption.cause() != Interruption.Cause.NONE || !message.mayWait()) {
                    return -Errno.EINTR;
                }
                continue;
            }
            int refilled = message.refill(memory, tid, waits);
            if (refilled < 0) {
                return refilled;
            }
        }
    }

    /** Raises SIGPIPE in a thread; where the kernel has no pidfds of threads, in its process. */
    public void raiseSignal(Pidfd thread) {
        // A pidfd of a thread directs the signal to that thread.
        Linux.call(Nr.PIDFD_SEND_SIGNAL, thread.fd(), SIGPIPE, 0, 0, 0, 0);
    }
}
