package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.policy.Profile;

/**
 * Time of check, time of use of the file broker: a second thread of the target changes where a path leads while it is judged
 * and opened. The attacker is {@code openrace.c}; {@code -Dsluice.attack.tries} says how often it tries.
 */
class OpenRaceTest {

    private Arena arena;
    private Path program;

    @TempDir
    private Path temp;

    @BeforeEach
    void open() throws Exception {
        program = Programs.compile(temp.toRealPath(), "openrace");
        Files.createDirectory(temp.resolve("output"));
        arena = Arena.standard(temp.resolve("output"), List.of());
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    private static Path folder(Path parent, String name, String content) throws Exception {
        Path folder = Files.createDirectory(parent.resolve(name));
        if (!content.isEmpty()) {
            Files.writeString(folder.resolve("f"), content);
        }
        return folder;
    }

    private static final String GRANTED = "{ \"read\": [\"%1$s\"], \"write\": [\"%1$s\"] }";

    /** Both folders are in what is granted, and one is protected. */
    private static final String PROTECTED = "{ \"read\": [\"%2$s\"], \"write\": [\"%2$s\"], \"protect\": [\"%3$s\"] }";

    /** What nobody grants is never opened, and what the broker grants is, in the same run. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "link", "leaf", "parent", "create", "descriptor", "directory", "recreate"})
    void leadsNowhereElse(String mode) throws Exception {
        attack(mode, GRANTED);
    }

    /** The same for what is protected in the midst of what the broker grants. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "link", "leaf", "parent", "create", "descriptor", "directory", "recreate"})
    void leadsNowhereThatIsProtected(String mode) throws Exception {
        attack(mode, PROTECTED);
    }

    private void attack(String mode, String section) throws Exception {
        Path real = temp.toRealPath();
        Path work = folder(real, "work", "");
        Path granted = folder(real, "granted", "public");
        Path forbidden = folder(real, "forbids", "secret");
        Profile profile = OpensTest.broker(
                OpensTest.system(program).replaceFirst("]", "], \"write\": [\"" + work + "\"]"),
                section.formatted(granted, real, forbidden));
        Arena.Result result = arena.run(
                profile,
                program.toString(),
                mode,
                Long.toString(Tally.TRIES),
                work.toString(),
                granted.toString(),
                forbidden.toString());
        Tally.of(mode, result).holds();
        assertEquals("secret", Files.readString(forbidden.resolve("f")));
        assertArrayEquals(new String[] {"f"}, forbidden.toFile().list());
    }
}
