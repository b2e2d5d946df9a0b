package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Decides who may use a control socket: the supervisor's own user (or root), outside every sandbox. A sandboxed process
 * has at least one seccomp filter more than its supervisor, and so do all its descendants, whoever adopts them: a filter
 * never goes away (seccomp(2)). The count is read from proc(5), Seccomp_filters; before Linux 5.9 it is not there, and
 * the mode alone decides.
 */
final class Peers {

    private Peers() {}

    /** Refuses a peer that may not give orders. */
    static void check(UnixSocket.Peer peer, int uid) {
        if (peer.uid() != uid && peer.uid() != 0) {
            throw Failure.of("the sandbox belongs to uid " + uid + ", not to uid " + peer.uid());
        }
        if (filters(Integer.toString(peer.pid())) > filters("self")) {
            throw Failure.of("a process that is in a sandbox itself may not use a control socket");
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
            throw new Failure(125, "the process that asked, " + pid + ", has ended: " + e.getMessage());
        }
        return Integer.parseInt(mode);
    }
}
