package org.sluice.landlock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.bpf.Seccomp;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** Puts its main thread into a domain and prints what that thread can still do, one fact on a line. */
final class LandlockChild {

    private LandlockChild() {}

    /** Arguments: a directory to read, one to write, one that is not granted, a granted port, a process to signal. */
    public static void main(String[] args) throws IOException {
        Path readable = Path.of(args[0]);
        Path writable = Path.of(args[1]);
        Path other = Path.of(args[2]);
        int port = Integer.parseInt(args[3]);
        // Loads what the rest needs while the files of the JDK can still be read.
        attempt("warm", () -> new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close());
        attempt("warm", () -> Files.move(Path.of("/nowhere/a"), Path.of("/nowhere/b")));
        attempt("warm", () -> Files.readAllBytes(readable.resolve("file")));
        attempt("warm", () -> Files.delete(Path.of("/nowhere/a")));
        Ruleset ruleset = Ruleset.builder()
                .read(readable)
                .read(other.resolve("granted-file"))
                .readIfPresent(Path.of("/nowhere"))
                .writeIfPresent(Path.of("/nowhere"))
                .write(writable)
                .restrictTcpBind()
                .bindTcp(port)
                .scopeSignals()
                .scopeAbstractSockets()
                .build();
        SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
        try (Descriptor descriptor = ruleset.create()) {
            SysException.check("landlock_restrict_self", Ruleset.restrictThread(descriptor));
        }
        attempt("read", () -> Files.readAllBytes(readable.resolve("file")));
        attempt("write-read-only", () -> Files.write(readable.resolve("new"), new byte[1]));
        attempt("write", () -> Files.write(writable.resolve("new"), new byte[1]));
        attempt("rename", () -> Files.move(writable.resolve("new"), writable.resolve("sub/new")));
        attempt("read-other", () -> Files.readAllBytes(other.resolve("file")));
        attempt("read-granted-file", () -> Files.readAllBytes(other.resolve("granted-file")));
        attempt("bind", () -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
        attempt("bind-other", () -> new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close());
        System.out.println("signal " + (Linux.call(Nr.KILL, Long.parseLong(args[4]), 0) == 0 ? "yes" : "no"));
        System.exit(0);
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    private static void attempt(String what, Attempt attempt) {
        String outcome;
        try {
            attempt.run();
            outcome = "yes";
        } catch (IOException e) {
            outcome = "no";
        }
        if (!what.equals("warm")) {
            System.out.println(what + " " + outcome);
        }
    }
}
