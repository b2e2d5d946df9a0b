package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A real terminal: a shell in a tmux server of its own. */
final class Tmux implements AutoCloseable {

    private final User user;
    private final Path folder;

    private Tmux(User user, Path folder) {
        this.user = user;
        this.folder = folder;
    }

    /** A terminal of 80 columns and 24 lines with an interactive bash. */
    static Tmux start(User user) throws Exception {
        Tmux tmux = new Tmux(user, user.folder());
        tmux.tell("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "bash --norc --noprofile");
        tmux.type("PS1='ready> '", "Enter");
        tmux.await("\nready>");
        return tmux;
    }

    /** Where its shell works. */
    Path folder() {
        return folder;
    }

    private String tell(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--unset=TMUX",
                "--default-signal",
                // tmux starts its command with this shell, or else with the user's own, and nobody's ends at once.
                "SHELL=/bin/sh",
                "tmux",
                "-S",
                folder.resolve("tmux").toString()));
        command.addAll(List.of(arguments));
        Distribution.Result result = Distribution.bare(user, folder, "", command);
        assertEquals(0, result.status(), result::err);
        return result.out();
    }

    /** Types text and keys such as {@code Enter} and {@code C-c}. */
    void type(String... keys) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("send-keys"));
        arguments.addAll(List.of(keys));
        tell(arguments.toArray(String[]::new));
    }

    void resize(int columns, int lines) throws Exception {
        tell("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(lines));
    }

    /** What it shows and showed, without the empty lines at the end. */
    String screen() throws Exception {
        return "\n" + tell("capture-pane", "-p", "-J", "-S", "-");
    }

    /** Waits until it shows {@code text}. */
    void await(String text) throws Exception {
        await(text, screen -> screen.contains(text));
    }

    /** Waits until {@code text} is the last thing that it shows. */
    void awaitEnd(String text) throws Exception {
        // Spaces at the end of a line are not captured.
        await(text, screen -> screen.stripTrailing().endsWith(text.stripTrailing()));
    }

    /** A screen tells nobody when it changes, so it is looked at again and again, up to a bound. */
    void await(String text, Predicate<String> shown) throws Exception {
        long end = System.nanoTime() + Running.PATIENCE_SECONDS * 1_000_000_000L;
        String screen = screen();
        while (!shown.test(screen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for '" + text + "' in\n" + screen);
            }
            // A screen wakes nobody: a step of a bounded wait.
            Thread.sleep(50);
            screen = screen();
        }
    }

    @Override
    public void close() {
        try {
            tell("kill-server");
        } catch (Exception e) {
            throw new AssertionError("the terminal's server was not ended", e);
        }
    }
}
