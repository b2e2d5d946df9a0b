package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that print what the kernel does, run natively and in a sandbox, as this user and as an ordinary one: both runs
 * print the same.
 */
class LikeKernelTest {

    @TempDir
    private Path folder;

    @Test
    void credentialsOfPeersAreThoseOfTheTarget() throws Exception {
        same("peers", "client that had ended before: 0 0 length 12 client own own");
    }

    @Test
    void listenWithoutBindIsNative() throws Exception {
        same("listens", "after a refused connect: listens on another port of 0.0.0.0");
    }

    @Test
    void whatComesInIsTakenAsNatively() throws Exception {
        same("arrivals", "restart 1 timeout 0 signal while receiving: 4 0 signals 1");
    }

    @Test
    void wrongArgumentsAreRefusedAsNatively() throws Exception {
        same("errors", "all asked");
    }

    @Test
    void linksAndRenamesAcrossFoldersAreNative() throws Exception {
        same("links", "link: done\nlink up: done\n");
    }

    @Test
    void namesAreLookedAtAsNatively() throws Exception {
        same("looks", "all looked at", "\"procfs\": { \"strict\": true }");
    }

    /** Runs the program in four ways; {@code witness} is a line that shows that it got somewhere. */
    private void same(String name, String witness, String... handlers) throws Exception {
        Path program = Programs.compile(folder, name);
        Path work = Files.createDirectory(folder.resolve("work"));
        String[] arguments = Stream.concat(Stream.of(work.toString(), program.toString()), Stream.of(handlers))
                .toArray(String[]::new);
        String here = run(natively(program, work));
        assertTrue(here.contains(witness), here);
        assertEquals(here, run(ChildJvm.asThisUser(folder, SandboxMain.class, arguments)), "in a sandbox");
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        ProcessBuilder another = ChildJvm.asAnother(folder, SandboxMain.class, arguments);
        assertEquals(
                run(natively(program, work, "--reuid=65534", "--regid=65534", "--clear-groups")),
                run(another),
                "in a sandbox of an ordinary user");
    }

    /** Without capabilities, as in a sandbox. */
    private static ProcessBuilder natively(Path program, Path work, String... user) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--no-new-privs"));
        if (ChildJvm.isRoot()) {
            command.addAll(List.of("--bounding-set=-all", "--inh-caps=-all"));
        }
        command.addAll(List.of(user));
        command.addAll(List.of("--", program.toString(), work.toString()));
        return new ProcessBuilder(command);
    }

    private static String run(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(new java.io.File("/dev/null"))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
