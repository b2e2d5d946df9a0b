package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.approval.ApprovalSettings;
import org.sluice.core.approval.Backends;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.policy.Profile;

/**
 * Time of question, time of use: {@code openrace.c} changes where a path leads while somebody is asked about it, who says
 * yes to one folder and no to everything else. {@code -Dsluice.attack.tries} says how often it tries.
 */
class ApprovalRaceTest {

    private static final ApprovalSettings UNLIMITED = new ApprovalSettings(Duration.ofSeconds(60), 1e9, 1_000_000_000);

    private Arena arena;
    private Path real;
    private Path program;
    private Path granted;

    @TempDir
    private Path temp;

    @BeforeEach
    void open() throws Exception {
        real = temp.toRealPath();
        program = Programs.compile(real, "openrace");
        granted = Files.createDirectory(real.resolve("granted"));
        Files.writeString(granted.resolve("f"), "public");
        Backends backends = (name, request) -> answer(request);
        arena = new Arena(
                Files.createDirectory(real.resolve("output")),
                ChainTimeouts.standard(),
                List.of(),
                () -> UNLIMITED,
                backends);
        arena.addStandard();
    }

    private Answer answer(ApprovalRequest request) {
        return request.path().toString().startsWith(granted + "/") ? Answer.ONCE : Answer.DENY;
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "link", "leaf", "parent", "create", "recreate"})
    void leadsNowhereElse(String mode) throws Exception {
        Path work = Files.createDirectory(real.resolve("work"));
        Path forbidden = Files.createDirectory(real.resolve("forbids"));
        Files.writeString(forbidden.resolve("f"), "secret");
        Profile profile = OpensTest.broker(
                OpensTest.system(program).replaceFirst("]", "], \"write\": [\"" + work + "\"]"),
                "{ \"approve\": \"com.example.test\" }");
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
