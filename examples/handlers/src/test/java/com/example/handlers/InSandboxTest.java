package com.example.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sluice.notify.Event;
import org.sluice.testkit.SandboxExtension;
import org.sluice.testkit.TestRun;
import org.sluice.testkit.TestSandbox;

/** The handlers at work: real programs, this machine's kernel. */
@ExtendWith(SandboxExtension.class)
class InSandboxTest {

    @Test
    void unameSaysWhatTheProfileSays(TestSandbox sandbox) {
        sandbox.add(new HostName(), Map.of("node", "build-7"));
        TestRun run = sandbox.run("uname", "-nv");
        assertEquals("build-7 #1 example-1\n", run.out(), run::toString);
        assertEquals(Map.of("answers", run.count("uname")), run.states().get(HostName.NAME));
    }

    @Test
    void twoRunsHaveTheSameRandomNumbers(TestSandbox sandbox) {
        sandbox.add(new FixedRandom(), Map.of("seed", 7L));
        String program = "import os; print(os.getrandom(16).hex())";
        TestRun one = sandbox.run("python3", "-c", program);
        TestRun two = sandbox.run("python3", "-c", program);
        assertEquals(0, one.status(), one::toString);
        assertEquals(one.out(), two.out());
    }

    @Test
    void aNameLeadsToARealServer(TestSandbox sandbox) {
        sandbox.add(
                new Signpost(),
                Map.of("@database", sandbox.folder().resolve("socket").toString()));
        sandbox.add(new Journal()).allow(profile -> profile.unixConnect("@database"));
        TestRun run = sandbox.run(
                "python3",
                "-c",
                """
                import socket
                server = socket.socket(socket.AF_UNIX)
                server.bind('socket')
                server.listen()
                client = socket.socket(socket.AF_UNIX)
                client.connect('\\0database')
                server.accept()[0].send(b'hello')
                print(client.recv(5).decode())
                """);
        assertEquals("hello\n", run.out(), run::toString);
        // The observer comes first in the chain: it sees the name, and the outcome of what the name stood for.
        assertTrue(
                run.events()
                        .contains(new Event(
                                "example-connect",
                                Map.of("address", "@database", "command", "python3", "outcome", "ok"))),
                run::toString);
    }
}
