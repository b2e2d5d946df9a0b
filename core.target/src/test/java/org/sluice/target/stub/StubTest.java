package org.sluice.target.stub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

class StubTest {

    @Test
    void runsCallsInOrderAndStoresTheirResults() {
        Steps steps = new Steps(4);
        Steps.Step pid = steps.call(Nr.GETPID);
        Steps.Step bad = steps.call(Nr.CLOSE, -1);
        steps.end();
        Stub.run(steps);
        assertEquals(ProcessHandle.current().pid(), pid.result());
        assertEquals(-Errno.EBADF, bad.result());
    }

    @Test
    void jumpsOnErrorOnValueAndOtherwise() {
        Steps steps = new Steps(16);
        Block word = Block.allocate(8).putLong(0, 0x1234);
        Steps.Step error = steps.call(Nr.CLOSE, -1);
        Steps.Step skippedByError = steps.call(Nr.GETPID);
        Steps.Step equal = steps.test(steps.keep(word), 0xff);
        Steps.Step skippedByEqual = steps.call(Nr.GETPID);
        Steps.Step other = steps.test(word.address(), -1);
        Steps.Step skippedByOther = steps.call(Nr.GETPID);
        Steps.Step last = steps.call(Nr.GETPID);
        steps.end();
        error.onError(equal);
        equal.onEqual(0x34, other);
        other.onEqual(0x34, skippedByOther).otherwise(last);
        Stub.run(steps);
        assertEquals(0, skippedByError.result());
        assertEquals(0, skippedByEqual.result());
        assertEquals(0, skippedByOther.result());
        assertNotEquals(0, last.result());
    }

    @Test
    void aResultCanBecomeAnArgument() {
        Steps steps = new Steps(4);
        Steps.Step open = steps.call(Nr.EVENTFD2, 0, 0);
        Steps.Step close = steps.call(Nr.CLOSE, -1);
        Steps.Step again = steps.call(Nr.CLOSE, -1);
        open.storeAt(close.argument(0));
        steps.end();
        Stub.run(steps);
        assertEquals(0, close.result());
        assertEquals(-Errno.EBADF, Linux.call(Nr.CLOSE, close.given(0)));
        assertEquals(-Errno.EBADF, again.result());
    }

    @Test
    void aChildHasAWorkingDirectoryOfItsOwn(@TempDir Path folder) {
        String before = Path.of("").toAbsolutePath().toString();
        Block path = Block.cString(folder.toString().getBytes(StandardCharsets.UTF_8));
        Block name = Block.cString("made".getBytes(StandardCharsets.UTF_8));
        long outcome = Performer.perform((steps, exit) -> {
            steps.call(Nr.CHDIR, steps.keep(path)).onError(exit);
            steps.call(Nr.UMASK, 0).onError(exit);
            Steps.Step made = steps.call(Nr.MKDIRAT, -100, steps.keep(name), 0777);
            return made::result;
        });
        assertEquals(0, outcome);
        assertEquals(true, Files.isDirectory(folder.resolve("made")));
        assertEquals(before, Path.of("").toAbsolutePath().toString());
        assertNotEquals(0, Linux.call(Nr.UMASK, 022));
    }

    @Test
    void manyChildrenLeaveNothingBehind() throws IOException {
        for (int i = 0; i < 2000; i++) {
            assertEquals(0, Performer.perform((steps, exit) -> steps.call(Nr.GETPID)::result) < 0 ? 1 : 0);
        }
        String children = Files.readString(Path.of("/proc/thread-self/children"));
        assertEquals("", children.strip());
    }

    @ParameterizedTest
    @CsvSource({"as,objcopy,X86_64", "aarch64-linux-gnu-as,aarch64-linux-gnu-objcopy,AARCH64"})
    void theBytesAreTheAssemblyBesideThem(String assembler, String objcopy, String which, @TempDir Path folder)
            throws Exception {
        assumeTrue(onPath(assembler) && onPath(objcopy), assembler + " is not installed");
        assumeTrue(which.equals("AARCH64") || System.getProperty("os.arch").equals("amd64"), "as is not for x86-64");
        Path source = Path.of("src/main/java/org/sluice/target/stub/Stub.java");
        String text = Files.readString(source);
        int end = text.indexOf("static final String " + which);
        String assembly = text.substring(text.lastIndexOf("<pre>", end) + 5, text.lastIndexOf("</pre>", end))
                .replaceAll("(?m)^ *\\* ?", "")
                .replaceAll("(?m) {2,}# .*$", "");
        Path s = Files.writeString(folder.resolve("stub.s"), assembly);
        run(folder, assembler, "-o", "stub.o", s.toString());
        run(folder, objcopy, "-O", "binary", "-j", ".text", "stub.o", "stub.bin");
        byte[] expected = HexFormat.of().parseHex(which.equals("X86_64") ? Stub.X86_64 : Stub.AARCH64);
        assertArrayEquals(expected, Files.readAllBytes(folder.resolve("stub.bin")));
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static void run(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(true, process.waitFor(30, TimeUnit.SECONDS), "ran too long");
        assertEquals(0, process.exitValue(), output);
    }
}
