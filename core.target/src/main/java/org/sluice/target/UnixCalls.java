package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address.UnixPath;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.stub.Performer;
import org.sluice.target.stub.Steps;

/**
 * bind(2) and connect(2) of a target's Unix socket to a path (unix(7)), in the target's place and through what a walk
 * pinned. Results are the kernel's: 0, or a negative errno. Thread-safe, but one socket at a time is for one thread.
 *
 * <p>A socket's file takes the umask of who binds it, and lies in the directory from which the path is resolved. Both
 * belong to the process, so a disposable child takes them on and binds the last name in the pinned directory. The name
 * that the kernel keeps is then the last name alone, and {@link BindMap} knows the rest; only where the whole path is
 * certain to lead to the same directory it is used as it is, since programs elsewhere answer to it.
 */
public final class UnixCalls {

    /** In place of a Landlock ruleset: none. */
    public static final int NO_RULESET = -1;

    private static final int PR_SET_NO_NEW_PRIVS = 38;

    private static final int CAPABILITY_VERSION_3 = 0x2008_0522;

    private final BindMap names;
    private final Interruptions interruptions;

    /** For one sandbox. */
    public UnixCalls(BindMap names, Interruptions interruptions) {
        this.names = names;
        this.interruptions = interruptions;
    }

    /**
     * Binds a socket to a path.
     *
     * @param path as the target spelled it
     * @param parent where it leads: a {@linkplain PathWalker.Last#PARENT parent} walk
     * @param ruleset a descriptor of the Landlock ruleset that the target is under, or {@link #NO_RULESET}
     * @return 0 or a negative errno
     */
    public int bind(PinnedSocket socket, Target target, UnixPath path, PinnedPath parent, int ruleset) {
        Bytes used = parent.isSteady() ? path.path() : parent.last();
        Block address = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(new UnixPath(used), address);
        if (length < 0) {
            return -Errno.EINVAL;
        }
        ThreadStatus status = ThreadStatus.read(target.tid());
        if (status.leader() == 0) {
            return -Errno.ESRCH;
        }
        long own = ThreadStatus.read((int) Linux.call(Nr.GETTID, 0)).capabilities();
        int result = (int) Performer.perform((steps, exit) -> {
            steps.call(Nr.UMASK, status.umask());
            Steps.Step enter = steps.call(Nr.FCHDIR, parent.fd()).onError(exit);
            Steps.Step privileges =
                    steps.call(Nr.PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0).onError(exit);
            Steps.Step restrict = ruleset == NO_RULESET
                    ? privileges
                    : steps.call(Nr.LANDLOCK_RESTRICT_SELF, ruleset, 0).onError(exit);
            Steps.Step capabilities = dropTo(status.capabilities(), own, steps, enter, exit);
            Steps.Step bind = steps.call(Nr.BIND, socket.fd(), steps.keep(address), length)
                    .onError(exit);
            return () -> firstFailure(enter, privileges, restrict, capabilities, bind);
        });
        if (result == 0) {
            names.bound(socket, path.path(), !used.equals(path.path()));
        }
        return result;
    }

    /**
     * Connects a socket to the object at the end of a walk. Blocks unless the socket is non-blocking.
     *
     * @param object what the path {@linkplain PathWalker.Last#FOLLOW leads to}
     * @return 0 or a negative errno; -EINTR if {@code interruption} has a cause
     */
    public int connect(PinnedSocket socket, PinnedPath object, Interruption interruption) {
        Scratch scratch = Scratch.get();
        int whole = scratch.pinnedAddress(object.fd());
        long address = scratch.address.address();
        int result = (int) interruptions.run(interruption, () -> Linux.call(Nr.CONNECT, socket.fd(), address, whole));
        if (result == 0) {
            names.connected(socket, object);
        }
        return result;
    }

    /** A supervisor that runs as root may have more rights than its target, which must not count here. */
    static Steps.Step dropTo(long wanted, long own, Steps steps, Steps.Step before, Steps.Step exit) {
        if (wanted == own) {
            return before;
        }
        Block header = Block.allocate(8).putInt(0, CAPABILITY_VERSION_3);
        Block data = Block.allocate(24);
        data.putInt(0, (int) wanted).putInt(4, (int) wanted);
        data.putInt(12, (int) (wanted >>> 32)).putInt(16, (int) (wanted >>> 32));
        return steps.call(Nr.CAPSET, steps.keep(header), steps.keep(data)).onError(exit);
    }

    private static long firstFailure(Steps.Step... steps) {
        for (Steps.Step step : steps) {
            if (step.result() < 0) {
                return step.result();
            }
        }
        return 0;
    }
}
