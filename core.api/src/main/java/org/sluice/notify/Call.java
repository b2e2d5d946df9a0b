package org.sluice.notify;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One system call of a target, from the kernel's notification until its answer. Immutable: what a target writes into its
 * memory later changes nothing here. Valid only during {@code handle}; safe for use by the thread that runs it.
 */
@ProviderType
public interface Call {

    /** The kernel's id of the notification. */
    long id();

    /** The name in the system call table, such as {@code bind}. */
    String name();

    /** The number for the target's architecture. */
    int number();

    /**
     * A register argument, all 64 bits.
     *
     * @param index 0 to 5
     */
    long argument(int index);

    /**
     * A register argument by its name in the system call table, all 64 bits. An {@code int} argument is in the low 32.
     *
     * @throws IllegalArgumentException if the call has no such argument; the message lists the names
     */
    long argument(String name);

    /** The thread that made the call. */
    Target target();

    /** The sandbox that the target is in: the same object for every call of that sandbox. */
    SandboxContext sandbox();

    /** The state that the running handler keeps for this sandbox. */
    State state();

    /**
     * The socket that the descriptor argument referred to when the call was received. It is pinned: whatever the target
     * does to the descriptor's number afterwards, this is the socket that is judged and used. Empty for calls without one.
     */
    Optional<Socket> socket();

    /**
     * The address argument as the target wrote it, or as a translator changed it. Empty for calls without one.
     *
     * <p>listen(2) on a TCP socket that is not bound has one too: the address that the socket gets by it, with port 0 where
     * the kernel chooses one. It is to be judged as that of a bind(2).
     *
     * @see #canonical
     */
    Optional<Address> address();

    /**
     * The value that the call hands over, as it was copied when the call was received: the option of setsockopt(2). Empty
     * for calls without one.
     */
    default Optional<Bytes> data() {
        return Optional.empty();
    }

    /**
     * The address in the form that policy judges: a path is resolved in the target's root and working directory and
     * written without symbolic links, a v4-mapped address is IPv4. Where a path cannot be resolved this is empty and
     * {@link #unresolved} has the reason.
     */
    Optional<Address> canonical();

    /** The errno for which the path of the address could not be resolved, or 0. */
    int unresolved();

    /** What open(2) and its kind would open. Empty for every other call. */
    default Optional<Opening> opening() {
        return Optional.empty();
    }

    /**
     * Asks for approval of what the call would open, as the sandbox's profile says, and waits for the answer: not on the
     * handler's own time, and nobody else waits. While a question is open, a call that is handled anew asks no second one. A
     * decision that was made before for the same path and access counts without a question. For handlers of stage
     * {@link Stage#DECIDE}.
     *
     * @param denial what to record if the answer is no, with another reason
     * @return empty if it is approved: then the call may be passed on, and what it opens is what was asked about; else what
     *     the target gets
     * @throws IllegalStateException in another stage, and for a call that opens nothing
     */
    default Optional<Verdict> approve(Denial denial) {
        return Optional.of(Verdict.deny(denial));
    }

    /** The same call with another address. Translators only; deciders judge it again before it is performed. */
    Call withAddress(Address address);

    /**
     * The same call with an exclusive claim on the port: a socket of somebody else that shares the port by SO_REUSEADDR
     * or SO_REUSEPORT makes the bind fail with EADDRINUSE instead. The options of the socket are as before afterwards.
     */
    Call exclusive();

    /**
     * Performs the call in the sandbox's private network instead of the machine's, past the rest of the chain. For
     * handlers of stage {@link Stage#ANSWER}.
     *
     * <ul>
     *   <li>socket(2): the verdict hands over a socket of the private network, opened without rights there;
     *   <li>ioctl(2) of a request about interfaces (netdevice(7)): it is answered from the private network's.
     * </ul>
     *
     * @return also EPERM for every other call, and where the sandbox has no private network
     * @throws IllegalStateException in another stage
     */
    default Verdict performPrivately() {
        return Verdict.failure(1);
    }
}
