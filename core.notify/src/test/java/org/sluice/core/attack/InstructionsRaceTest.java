package org.sluice.core.attack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/**
 * Time of check, time of use of trusted files: a second thread of the target changes what they say, or where the path leads,
 * while they are verified and opened. The kernel grants the whole folder, so nothing stands between but the supervisor. The
 * attacker is {@code trustrace.c}; {@code -Dsluice.attack.tries} says how often it tries.
 */
class InstructionsRaceTest {

    private static final int LENGTH = 64;

    private Arena arena;
    private Path program;

    @TempDir
    private Path temp;

    @BeforeEach
    void open() throws Exception {
        program = Programs.compile(temp.toRealPath(), "trustrace");
        Files.createDirectory(temp.resolve("output"));
        arena = Arena.standard(temp.resolve("output"), List.of());
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private static void folder(Path parent, String name, String file, char content) throws Exception {
        Path folder = parent.resolve(name);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(file), Character.toString(content).repeat(LENGTH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"memory", "how", "plain", "link", "exchange", "rewrite", "descriptor", "hardlink", "delete"})
    void whatIsNotTrustedIsNeverRead(String mode) throws Exception {
        Path work = Files.createDirectory(temp.toRealPath().resolve("work"));
        folder(work, "good", "AGENTS.md", 'g');
        folder(work, "xbad", "AGENTS.md", 'b');
        folder(work, "xbad", "PLAINS.md", 'p');
        Files.createDirectory(work.resolve("pair"));
        if (mode.equals("exchange")) {
            folder(work, "pair", "AGENTS.md", 'g');
            folder(work, "pair", "other", 'b');
        } else if (mode.equals("hardlink")) {
            folder(work, "pair", "good", 'g');
            folder(work, "pair", "bad", 'b');
        } else if (mode.equals("rewrite") || mode.equals("delete")) {
            folder(work, "pair", "AGENTS.md", 'g');
        }
        Signer signer = Signer.ed25519();
        Path list = signer.list(temp.toRealPath().resolve("list"), "g".repeat(LENGTH));
        Profile profile = new ProfileLoader()
                .load("default")
                .with()
                .grant(work.toString(), true, false)
                .grant(program.toString(), false, false)
                .handler(
                        "openat",
                        Map.of(
                                "trusted",
                                Map.of(
                                        "files",
                                        List.of(work + "/**/AGENTS.md"),
                                        "keys",
                                        List.of(signer.pem().replace("\\n", "\n")),
                                        "lists",
                                        List.of(list.toString()))))
                .build();
        Arena.Result result = arena.run(profile, program.toString(), mode, Long.toString(Tally.TRIES), work.toString());
        Tally.of(mode, result).holds();
    }
}
