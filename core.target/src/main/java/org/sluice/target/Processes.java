package org.sluice.target;

import java.util.HashMap;
import java.util.Map;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.PidfdInfo;

/**
 * Processes by descriptors that go on referring to them when they have ended (pidfd_open(2)), one for each that somebody
 * uses. Thread-safe.
 */
public final class Processes {

    private static final short POLLIN = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final long UNSIGNED = 0xffff_ffffL;

    private final Map<Integer, Handle> running = new HashMap<>();

    Processes() {}

    /** One process. Identity is that of the object. */
    public static final class Handle {
        private final int fd;
        private int users = 1;

        Handle(int fd) {
            this.fd = fd;
        }

        /** A copy of the descriptor, close-on-exec, for the caller to close; or a negative errno. */
        public int copy() {
            return fd < 0 ? -Errno.ESRCH : (int) Linux.call(Nr.FCNTL, fd, F_DUPFD_CLOEXEC, 0);
        }
    }

    /** The process of a thread, with the thread's credentials; ESRCH if the thread has ended. */
    Attempt<Peers.Party> party(int tid, Pidfd thread) {
        Block info = Scratch.get().record;
        info.zero(0, PidfdInfo.SIZE).putLong(PidfdInfo.MASK, PidfdInfo.INFO_PID | PidfdInfo.INFO_CREDS);
        long asked = Linux.call(Nr.IOCTL, thread.fd(), PidfdInfo.IOCTL_GET_INFO & UNSIGNED, info.address());
        int pid;
        int uid;
        int gid;
        if (asked >= 0) {
            pid = info.getInt(PidfdInfo.TGID);
            uid = info.getInt(PidfdInfo.EUID);
            gid = info.getInt(PidfdInfo.EGID);
        } else if (asked == -Errno.ESRCH) {
            return Attempt.failed(Errno.ESRCH);
        } else {
            // Before 6.13. Targets have the supervisor's users and no way to others.
            pid = ThreadStatus.read(tid).leader();
            uid = (int) Linux.call(Nr.GETEUID, 0);
            gid = (int) Linux.call(Nr.GETEGID, 0);
        }
        return pid <= 0 ? Attempt.failed(Errno.ESRCH) : Attempt.of(new Peers.Party(pid, uid, gid, handle(pid)));
    }

    /** One more user of the same. */
    synchronized Peers.Party share(Peers.Party party) {
        party.process().users++;
        return party;
    }

    /** One user less. */
    synchronized void release(Peers.Party party) {
        Handle handle = party.process();
        if (--handle.users == 0) {
            running.remove(party.pid(), handle);
            if (handle.fd >= 0) {
                Linux.close(handle.fd);
            }
        }
    }

    /** As long as the process runs, its number means it. */
    private synchronized Handle handle(int pid) {
        Handle known = running.get(pid);
        if (known != null && known.fd >= 0 && !hasEnded(known.fd)) {
            known.users++;
            return known;
        }
        Handle fresh = new Handle((int) Linux.call(Nr.PIDFD_OPEN, pid, 0));
        running.put(pid, fresh);
        return fresh;
    }

    private static boolean hasEnded(int fd) {
        Block pollfd = Scratch.get().vectors;
        pollfd.putInt(0, fd).putShort(4, POLLIN).putShort(6, 0).putLong(8, 0).putLong(16, 0);
        return Linux.call(Nr.PPOLL, pollfd.address(), 1, pollfd.address() + 8, 0, 0, 0) > 0;
    }
}
