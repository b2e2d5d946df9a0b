package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A supervisor that is killed leaves a temporary folder, and the next one removes it. */
class KilledIT {

    /** A sandbox that tells its temporary folder and waits. */
    private static Running box(User user, Path folder, String... arguments) throws Exception {
        String script =
                """
                mkdir -p "$TMPDIR/a/b"; echo x >"$TMPDIR/a/b/file"; ln -s / "$TMPDIR/a/out"; chmod 0 "$TMPDIR/a"
                echo "$TMPDIR" >"$0"; echo up; exec sleep 1000""";
        String name = "told" + System.nanoTime();
        String[] all = new String[arguments.length + 6];
        all[0] = "run";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        List<String> command = List.of("--", "sh", "-c", script, name);
        for (int i = 0; i < command.size(); i++) {
            all[arguments.length + 1 + i] = command.get(i);
        }
        Running running = Running.sluice(user, folder, all);
        running.awaitLine("up");
        Files.move(folder.resolve(name), folder.resolve("folder-of-" + running.pid()));
        return running;
    }

    private static Path folderOf(Running running, Path folder) throws Exception {
        return Path.of(
                Files.readString(folder.resolve("folder-of-" + running.pid())).strip());
    }

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void theNextOneRemovesWhatAKilledOneLeft(User user) throws Exception {
        Path folder = user.folder();
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(precious.resolve("file"), "kept");
        try (Running living = box(user, folder);
                Running killed = box(user, folder)) {
            Path left = folderOf(killed, folder);
            Path held = folderOf(living, folder);
            // What an attacker makes look like one, with a link out of it.
            Path fake = left.resolveSibling("sluice-tmp-s1-" + Long.toHexString(System.nanoTime()));
            assertEquals(0, made(user, folder, fake, precious).status());
            List<ProcessHandle> all =
                    ProcessHandle.of(killed.pid()).orElseThrow().descendants().toList();
            assertTrue(Files.exists(left) && Files.exists(held), "both live");
            killed.signal("KILL");
            assertEquals(128 + 9, killed.awaitEnd());
            Running.await("no process of it is left", () -> all.stream().noneMatch(ProcessHandle::isAlive));
            try (Running next = box(user, folder)) {
                Running.await("its folder is removed", () -> !Files.exists(left, LinkOption.NOFOLLOW_LINKS));
                assertTrue(Files.exists(held), "the living one's stays");
                assertTrue(Files.exists(folderOf(next, folder)));
                assertTrue(Files.exists(fake.resolve("file")) && Files.isSymbolicLink(fake.resolve("out")));
                assertEquals("kept", Files.readString(precious.resolve("file")));
            } finally {
                Distribution.bare(user, folder, "", List.of("rm", "-r", fake.toString()));
            }
        }
    }

    private static Distribution.Result made(User user, Path folder, Path fake, Path precious) throws Exception {
        String script = "mkdir -m 700 \"$0\" && echo x >\"$0/file\" && ln -s \"$1\" \"$0/out\"";
        return Distribution.bare(user, folder, "", List.of("sh", "-c", script, fake.toString(), precious.toString()));
    }

    /** The profile that grants everything grants no way to say of a folder whether it is held. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void noSandboxChangesARecord(User user) throws Exception {
        Path folder = user.folder();
        try (Running living = box(user, folder)) {
            Path held = folderOf(living, folder);
            String script =
                    """
                    for place in "${XDG_CACHE_HOME:-/none}" "$HOME/.cache" "/tmp/sluice-$(id -u)"; do
                        for record in $(grep -rls "$0" "$place" --include='*' 2>/dev/null); do
                            echo found
                            (echo changed >"$record") 2>/dev/null && echo written
                            rm -f "$record" 2>/dev/null && echo removed
                            flock -n "$record" true 2>/dev/null && echo locked
                        done
                    done
                    exit 0
                    """;
            Distribution.Result result = Distribution.sluiceIn(
                    user,
                    folder,
                    "",
                    "run",
                    "--profile",
                    "open",
                    "--report",
                    "none",
                    "--",
                    "bash",
                    "-c",
                    script,
                    held.toString());
            assertEquals(0, result.status(), result::err);
            assertEquals("found", result.out().strip(), "one record was found, and nothing could be done to it");
            assertTrue(Files.exists(held));
        }
    }
}
