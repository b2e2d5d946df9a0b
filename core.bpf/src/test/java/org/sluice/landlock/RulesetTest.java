package org.sluice.landlock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.Child;
import org.sluice.linux.SysException;

class RulesetTest {

    @Test
    void kernelEnforcesTheRuleset(@TempDir Path folder) throws Exception {
        assumeTrue(Landlock.abi() >= 6, "this kernel has Landlock ABI " + Landlock.abi() + ", the test needs 6");
        Path readable = Files.createDirectory(folder.resolve("readable"));
        Path writable = Files.createDirectory(folder.resolve("writable"));
        Files.createDirectory(writable.resolve("sub"));
        Path other = Files.createDirectory(folder.resolve("other"));
        for (Path file : List.of(readable.resolve("file"), other.resolve("file"), other.resolve("granted-file"))) {
            Files.writeString(file, "x");
        }

        Child.Result result = Child.run(
                LandlockChild.class,
                readable.toString(),
                writable.toString(),
                other.toString(),
                String.valueOf(freePort()),
                String.valueOf(ProcessHandle.current().pid()));

        assertEquals(
                """
                read yes
                write-read-only no
                write yes
                rename yes
                read-other no
                read-granted-file yes
                bind yes
                bind-other no
                signal no
                """,
                result.output());
        assertEquals(0, result.status());
    }

    @Test
    void saysWhatAnOldAbiDoesNotEnforce() {
        assertEquals(
                List.of("Landlock ABI 5: signals to other processes are not scoped (needs ABI 6)"),
                Ruleset.builder(5).restrictTcpBind().scopeSignals().build().lost());
        assertEquals(List.of(), Ruleset.builder(6).scopeSignals().build().lost());
        assertEquals(
                List.of(
                        "Landlock ABI 1: every rename and link into another directory is refused (needs ABI 2)",
                        "Landlock ABI 1: a file that may not be written can still be truncated (needs ABI 3)",
                        "Landlock ABI 1: ioctl on devices is not restricted (needs ABI 5)"),
                Ruleset.builder(1).build().lost());
        assertEquals(1, Ruleset.builder(0).scopeSignals().build().lost().size());
    }

    @Test
    void everyOlderAbiCanBeAskedFor(@TempDir Path folder) {
        for (int abi = 1; abi <= Landlock.abi(); abi++) {
            Ruleset ruleset = Ruleset.builder(abi)
                    .write(folder)
                    .restrictTcpConnect()
                    .connectTcp(443)
                    .scopeSignals()
                    .restrictUnixPaths()
                    .build();
            ruleset.create().close();
        }
    }

    @Test
    void namesAPathThatCannotBeGranted() {
        assumeTrue(Landlock.abi() > 0, "this kernel has no Landlock");
        Ruleset ruleset = Ruleset.builder().read(Path.of("/nowhere/at/all")).build();

        SysException e = assertThrows(SysException.class, ruleset::create);

        assertTrue(e.toString().contains("cannot grant /nowhere/at/all"), e.toString());
    }

    private static int freePort() throws java.io.IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
