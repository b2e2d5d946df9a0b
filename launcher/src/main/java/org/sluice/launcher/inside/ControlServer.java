package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sluice.core.Sandbox;
import org.sluice.core.ShellSessions;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * The control socket of a supervisor: {@code <folder>/<name>.sock}. Only processes of the same user may use it, and none
 * that runs in a sandbox: a target has the supervisor's user, so the file's mode does not keep it out.
 */
final class ControlServer implements AutoCloseable {

    static final String SUFFIX = ".sock";

    /** How long the end of a sandbox waits for its last answers. */
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path path;
    private final UnixSocket socket;
    private final int uid = (int) Linux.call(Nr.GETUID, 0);
    private final Supplier<ShellSessions> shells;
    private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ControlServer(Path path, UnixSocket socket, Supplier<ShellSessions> shells) {
        this.path = path;
        this.socket = socket;
        this.shells = shells;
    }

    /** Takes the name; fails if another supervisor has it. {@code shells} starts the shell when somebody asks for it. */
    static ControlServer open(Path folder, String name, Supplier<ShellSessions> shells) {
        Path path = folder.resolve(name + SUFFIX);
        UnixSocket socket = UnixSocket.create();
        long result = socket.listen(path.toString());
        if (result == -Errno.EADDRINUSE && isDead(path)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw Failure.of("cannot remove the socket of an ended supervisor, " + path + ": " + e);
            }
            result = socket.listen(path.toString());
        }
        if (result == -Errno.EADDRINUSE) {
            socket.close();
            throw Failure.of("a sandbox named " + name + " is running; choose another --name, or: sluice stop " + name);
        }
        SysException.check("bind of " + path, result);
        socket.identifySenders();
        return new ControlServer(path, socket, shells);
    }

    /** Whether nobody listens at a socket any more. */
    static boolean isDead(Path path) {
        try (UnixSocket probe = UnixSocket.create()) {
            return probe.connect(path.toString()) == -Errno.ECONNREFUSED;
        }
    }

    /** Answers clients from now on, on threads of its own. */
    void serve(Sandbox sandbox) {
        daemon("control", () -> {
            while (true) {
                UnixSocket client;
                try {
                    client = socket.accept();
                } catch (SysException e) {
                    if (!closed) {
                        Console.say("the control socket failed: " + e.getMessage());
                    }
                    return;
                }
                ControlSession session = new ControlSession(client, sandbox, shells, uid);
                sessions.add(session);
                daemon("control client", () -> serve(session));
            }
        });
    }

    private void serve(ControlSession session) {
        try {
            session.run();
        } finally {
            synchronized (sessions) {
                sessions.remove(session);
                sessions.notifyAll();
            }
        }
    }

    /** What ends with the sandbox has an answer to give: whoever asked for the end is told that it worked. */
    private void awaitAnswers() {
        long end = System.nanoTime() + ANSWER_NANOS;
        synchronized (sessions) {
            try {
                for (long left = ANSWER_NANOS; !sessions.isEmpty() && left > 0; left = end - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(sessions, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, "sluice " + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            Console.say("cannot remove " + path + ": " + e);
        }
        socket.shutdown();
        socket.close();
        sessions.forEach(ControlSession::hangUp);
        awaitAnswers();
    }
}
