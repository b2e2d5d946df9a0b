package org.sluice.launcher.inside;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.ShellSessions;

/**
 * A session of the shell for a client of the control socket. The client keeps its terminal and passes on what is typed and
 * what is to be shown, so that the supervisor never touches a terminal: it may be that of its own command, or gone. The
 * session runs on a thread of its own; the client's thread receives, and so knows at once when the client ends.
 */
final class AttachSession implements ShellSessions.Client {

    private final Lines lines;
    private final Replies replies;
    private final Inlet in = new Inlet();
    private final OutputStream out;
    private final OutputStream err;
    private Optional<String> program = Optional.empty();
    private Optional<ShellSessions.Screen> screen = Optional.empty();
    private volatile ShellSessions.@Nullable Listener listener;

    AttachSession(Lines lines, Replies replies, List<String> request) {
        this.lines = lines;
        this.replies = replies;
        this.out = new Outlet(replies, "out");
        this.err = new Outlet(replies, "err");
        for (String line : request) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "program" -> program = Optional.of(Lines.decode(words[1]).decode());
                case "screen" -> screen = Optional.of(screen(words));
                default ->
                    throw Failure.of("attach does not know '" + words[0] + "'; is the client of another version?");
            }
        }
    }

    private static ShellSessions.Screen screen(String[] words) {
        if (words.length != 4 || !words[2].matches("[0-9]{1,5}") || !words[3].matches("[0-9]{1,5}")) {
            throw Failure.of("attach got no size of a terminal; is the client of another version?");
        }
        return new ShellSessions.Screen(
                Lines.decode(words[1]).decode(), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
    }

    /** Runs the session to its end; {@code ended} is called when its client has been told. */
    void run(Supplier<ShellSessions> shells, Runnable ended) {
        ShellSessions shell = shells.get();
        Thread thread = new Thread(
                () -> {
                    try {
                        replies.tell("exit " + shell.run(this));
                    } catch (Failure e) {
                        replies.fail(e.status(), String.valueOf(e.getMessage()));
                    } catch (RuntimeException e) {
                        // If the client has gone, this fails too, and that is all there is to say.
                        replies.fail(Failure.STATUS, "the shell failed: " + e.getMessage());
                    } finally {
                        ended.run();
                    }
                },
                "sluice shell");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.setUncaughtExceptionHandler((failed, e) ->
                org.slf4j.LoggerFactory.getLogger(AttachSession.class).debug("a session of the shell ended", e));
        thread.start();
        try {
            receive();
            in.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ShellSessions.Listener told = listener;
        if (told != null) {
            told.hungUp();
        }
        // Until then the session may write, and the socket's number must not be another's.
        join(thread);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes what the client sends until it ends. */
    private void receive() throws InterruptedException {
        while (true) {
            Optional<String> line = lines.next();
            if (line.isEmpty()) {
                return;
            }
            String[] words = line.get().split(" ", -1);
            switch (words[0]) {
                case "in" -> in.add(Lines.decode(words[1]).toArray());
                case "eof" -> in.end();
                case "screen" -> {
                    ShellSessions.Listener told = listener;
                    if (told != null) {
                        told.resized(screen(words));
                    }
                }
                default ->
                    throw Failure.of("attach does not know '" + words[0] + "'; is the client of another version?");
            }
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public OutputStream err() {
        return err;
    }

    @Override
    public Optional<String> program() {
        return program;
    }

    @Override
    public Optional<ShellSessions.Screen> screen() {
        return screen;
    }

    @Override
    public void listen(ShellSessions.Listener told) {
        listener = told;
    }
}
