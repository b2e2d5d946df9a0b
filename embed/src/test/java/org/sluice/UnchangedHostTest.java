package org.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that starts sandboxes is afterwards as it was. */
class UnchangedHostTest {

    @TempDir
    private Path folder;

    @Test
    void nothingOfTheProcessHasChanged() throws Exception {
        use(); // what is loaded and opened once, the class path's files among it
        Map<String, String> before = HostProcess.state();
        use();
        assertEquals(before, HostProcess.state());
        try (Sluice sluice = Sluice.open()) {
            SandboxedProcess process = process(sluice);
            Map<String, String> during = HostProcess.state();
            process.destroyForcibly().waitFor();
            before.remove("descriptors");
            during.remove("descriptors");
            assertEquals(before, during);
        }
    }

    private void use() throws Exception {
        try (Sluice sluice = Sluice.open()) {
            SandboxedProcess process = process(sluice);
            process.getInputStream().readNBytes(1);
            process.getOutputStream().close();
            process.getInputStream().readAllBytes();
            process.getInputStream().close();
            process.getErrorStream().close();
            process.waitFor();
        }
    }

    private SandboxedProcess process(Sluice sluice) throws Exception {
        String program = "import socket, sys; s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen();"
                + "socket.create_connection(s.getsockname()); print('x', flush=True); sys.stdin.read()";
        return sluice.process("python3", "-c", program).directory(folder).start();
    }
}
