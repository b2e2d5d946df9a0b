package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Decides who may use a control socket: the supervisor's own user, outside every sandbox. A sandboxed process
 * has at least one seccomp filter more than its supervisor, and so do all its descendants, whoever adopts them: a filter
 * never goes away (seccomp(2)). The count is read from proc(5), Seccomp_filters; before Linux 5.9 it is not there, and
 * the mode alone decides.
 *
 * <p>A number may belong to another process by the time it is looked up, one that is in no sandbox: a process in one could
 * connect, end, and leave the connection to a child. So the process that connected must still be there afterwards, which
 * its pidfd tells (unix(7), SO_PEERPIDFD, since Linux 6.5).
 *
 * <p>What is asked must come from the process that connected, see {@link Lines}: a connection can be handed on.
 */
final class Peers {

    /** How proc(5) shows the descriptor that seccomp notifications come from. */
    private static final String LISTENER = "anon_inode:seccomp notify";

    private static final String SUPERVISOR = "a supervisor may not use a control socket for one of its targets";

    private Peers() {}

    /** Refuses a peer that may not give orders. */
    static void check(UnixSocket socket, int uid) {
        UnixSocket.Peer peer = socket.peer();
        if (peer.uid() != uid) {
            throw Failure.of("the sandbox belongs to uid " + uid + ", not to uid " + peer.uid());
        }
        long pidfd = socket.peerPidfd();
        if (pidfd == -Errno.ENOPROTOOPT) {
            requireOutside(peer.pid());
            return;
        }
        if (pidfd < 0) {
            throw gone(peer.pid(), Errno.describe((int) -pidfd));
        }
        try {
            requireOutside(peer.pid());
            if (Linux.call(Nr.PIDFD_SEND_SIGNAL, pidfd, 0, 0, 0, 0, 0) == -Errno.ESRCH) {
                throw gone(peer.pid(), "its number may be another's");
            }
        } finally {
            Linux.close((int) pidfd);
        }
    }

    private static void requireOutside(int pid) {
        if (filters(Integer.toString(pid)) > filters("self")) {
            throw Failure.of("a process that is in a sandbox itself may not use a control socket");
        }
        requireNoSupervisor(pid);
    }

    /**
     * A supervisor connects for its targets, never for itself. It is known by its listeners, and hides its descriptors from
     * all but root (proc(5), prctl(2) PR_SET_DUMPABLE).
     */
    private static void requireNoSupervisor(int pid) {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Integer.toString(pid), "fd"))) {
            for (Path descriptor : descriptors) {
                if (LISTENER.equals(target(descriptor))) {
                    throw Failure.of(SUPERVISOR);
                }
            }
        } catch (AccessDeniedException e) {
            throw Failure.of(SUPERVISOR);
        } catch (IOException | DirectoryIteratorException e) {
            throw Failure.of("the process that asked, " + pid + ", cannot be looked at: " + e.getMessage());
        }
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            // Closed meanwhile.
            return "";
        }
    }

    private static int filters(String pid) {
        String mode = "0";
        try {
            // Command names need not be UTF-8.
            for (String line : Files.readAllLines(Path.of("/proc", pid, "status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("Seccomp_filters:")) {
                    return Integer.parseInt(line.substring(16).trim());
                }
                if (line.startsWith("Seccomp:")) {
                    mode = line.substring(8).trim();
                }
            }
        } catch (IOException e) {
            throw Failure.of("the process that asked, " + pid + ", has ended: " + e.getMessage());
        }
        return Integer.parseInt(mode);
    }

    private static Failure gone(int pid, String detail) {
        return Failure.of("the process that asked, " + pid + ", has ended: " + detail);
    }
}
