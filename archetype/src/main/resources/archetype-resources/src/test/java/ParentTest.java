package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sluice.testkit.FakeCall;
import org.sluice.testkit.FakeChain;
import org.sluice.testkit.SandboxExtension;
import org.sluice.testkit.TestRun;
import org.sluice.testkit.TestSandbox;

@ExtendWith(SandboxExtension.class)
class ParentTest {

    /** Without a kernel. */
    @Test
    void answersWhatTheProfileSays() {
        FakeChain chain = FakeChain.answering();
        chain.sandbox().settings(Parent.NAME, Map.of("number", 7L));
        assertEquals(7, chain.offer(new Parent(), FakeCall.of("getppid")).value());
    }

    /** A real program in a real sandbox: a shell asks for its parent when it starts. */
    @Test
    void aShellSeesIt(TestSandbox sandbox) {
        TestRun run = sandbox.add(new Parent()).run("sh", "-c", "echo $PPID");
        assertEquals("42\n", run.out());
        assertEquals(Map.of("calls", run.count("getppid")), run.states().get(Parent.NAME));
    }
}
