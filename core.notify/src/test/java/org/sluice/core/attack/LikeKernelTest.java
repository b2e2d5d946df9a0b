package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void wrongArgumentsAreRefusedAsNatively() throws Exception {
        same("errors", "all asked");
    }

    /** Runs the program in four ways; {@code witness} is a line that shows that it got somewhere. */
    private void same(String name, String witness) throws Exception {
        Path program = Programs.compile(folder, name);
        Path work = Files.createDirectory(folder.resolve("work"));
        String here = run(new ProcessBuilder(program.toString(), work.toString()));
        assertTrue(here.contains(witness), here);
        assertEquals(
                here,
                run(ChildJvm.asThisUser(folder, SandboxMain.class, work.toString(), program.toString())),
                "in a sandbox");
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        ProcessBuilder another = ChildJvm.asAnother(folder, SandboxMain.class, work.toString(), program.toString());
        assertEquals(
                run(new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--",
                        program.toString(),
                        work.toString())),
                run(another),
                "in a sandbox of an ordinary user");
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
