package org.sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.Handler;
import org.sluice.notify.Rule;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.testkit.Handlers.NextParent;
import org.sluice.testkit.Handlers.NextPort;
import org.sluice.testkit.Handlers.Parent;
import org.sluice.testkit.Handlers.Streams;
import org.sluice.testkit.Handlers.Watch;

class FakeChainTest {

    private static final Address.Inet ADDRESS =
            new Address.Inet(Bytes.of((byte) 192, (byte) 0, (byte) 2, (byte) 1), 80);

    @Test
    void answersWithSettingsAndState() {
        FakeChain chain = FakeChain.answering();
        chain.sandbox().settings("com.example.parent", Map.of("number", 7L));
        assertEquals(7, chain.offer(new Parent(42), FakeCall.of("getppid")).value());
        assertEquals(7, chain.offer(new Parent(42), FakeCall.of("getppid")).value());
        assertEquals(Map.of("calls", 2L), chain.sandbox().state("com.example.parent"));
        assertEquals(0, chain.proceeds());
        // The next schema finds what the last one kept.
        assertEquals(2, chain.offer(new NextParent(), FakeCall.of("getppid")).value());
    }

    @Test
    void playsTheRestOfTheChain() {
        FakeChain chain = FakeChain.answering(Verdict.failure(Handlers.EADDRINUSE), Verdict.value(0));
        Verdict verdict = chain.offer(new NextPort(), FakeCall.of("bind").address(ADDRESS));
        assertTrue(verdict.succeeded());
        assertEquals(List.of(ADDRESS, ADDRESS.withPort(81)), chain.passedOn());
    }

    @Test
    void withoutAnAnswerTheKernelRunsTheCall() {
        FakeChain chain = FakeChain.answering(FakeChain.continued());
        IllegalStateException none = assertThrows(
                IllegalStateException.class,
                () -> chain.offer(new Watch(), FakeCall.of("connect").address(ADDRESS)));
        assertEquals("the kernel runs this call itself; there is no result", none.getMessage());
    }

    @Test
    void notesWhatAnObserverRecords() {
        FakeChain chain = FakeChain.answering(Verdict.failure(13));
        Verdict verdict = chain.offer(new Watch(), FakeCall.of("connect").address(ADDRESS));
        assertEquals(13, verdict.errno());
        assertEquals(
                List.of(new Event("connected", Map.of("to", "192.0.2.1!80", "errno", "13"))),
                chain.sandbox().events());
    }

    @Test
    void asksOnlyAboutWhatIsTrapped() {
        FakeChain chain = FakeChain.answering();
        FakeCall stream = FakeCall.of("socket").argument("family", 2).argument("type", 1);
        AssertionError error = assertThrows(AssertionError.class, () -> chain.offer(new Streams(), stream));
        assertEquals(
                "com.example.streams would not be asked about socket; its traps here are [socket(type&SOCK_DGRAM)]."
                        + " Set the arguments that they look at.",
                error.getMessage());
        FakeCall datagram = FakeCall.of("socket").argument("family", 2).argument("type", 2);
        assertEquals(
                "streams only",
                chain.offer(new Streams(), datagram).denial().orElseThrow().reason());
        FakeCall local = FakeCall.of("socket").argument("family", 1).argument("type", 2);
        assertTrue(chain.offer(new Streams(), local).continued());
        assertEquals(1, chain.proceeds());
    }

    @Test
    void namesWhatThereIs() {
        assertEquals(
                "connect has no argument port; it has [fd, uservaddr, addrlen]",
                assertThrows(IllegalArgumentException.class, () -> FakeCall.of("connect")
                                .argument("port", 80))
                        .getMessage());
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class, () -> FakeCall.of("conect"))
                        .getMessage())
                .endsWith("the nearest name is connect"));
    }

    /** Answers a call that it should only decide about. */
    @Handler(name = "com.example.wrong", stage = Stage.DECIDE)
    @Traps("connect")
    record Decider(Verdict answer) implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return answer;
        }
    }

    /** Proceeds twice, changes what it may not. */
    @Handler(name = "com.example.wrong", stage = Stage.LEARN)
    @Traps("connect")
    record Learner(boolean changes, int proceeds) implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            Call passed = changes ? call.withAddress(ADDRESS) : call;
            Verdict verdict = Verdict.value(0);
            for (int i = 0; i < proceeds; i++) {
                verdict = chain.proceed(passed);
            }
            return verdict;
        }
    }

    @Test
    void holdsAHandlerToItsStage() {
        assertMessage(
                "com.example.wrong is of stage DECIDE and answered a call; it may deny it or return what proceed gives",
                new Decider(Verdict.value(0)));
        assertMessage(
                "com.example.wrong returned a continued verdict that its own proceed did not give it; only the core lets"
                        + " the kernel run a call",
                new Decider(FakeChain.continued()));
        assertMessage(
                "withAddress is for handlers of stage TRANSLATE; com.example.wrong is of stage LEARN",
                new Learner(true, 1));
        assertMessage(
                "com.example.wrong is of stage LEARN and answered a call that was not performed",
                new Learner(false, 0));
        assertMessage("only a handler of stage TRANSLATE may proceed again after a failure", new Learner(false, 2));
    }

    private static void assertMessage(String expected, SyscallHandler handler) {
        FakeChain chain = FakeChain.answering(Verdict.failure(13));
        FakeCall call = FakeCall.of("connect").address(ADDRESS);
        assertEquals(
                expected,
                assertThrows(AssertionError.class, () -> chain.offer(handler, call))
                        .getMessage());
    }

    /** Learns what it connected to, and asks the rules. */
    @Handler(name = "com.example.memory", stage = Stage.LEARN)
    @Traps("connect")
    static final class Memory implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            Verdict verdict = chain.proceed(call);
            if (verdict.succeeded()) {
                call.sandbox()
                        .rules()
                        .learn(
                                Rule.allowConnect(call.canonical().orElseThrow()),
                                call.socket().orElseThrow());
                call.sandbox().tell("learned");
            }
            return verdict;
        }
    }

    @Test
    void noticesWhatIsLearnedAndTold() {
        Address mapped =
                new Address.Inet(Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1}), 80);
        FakeChain chain = FakeChain.answering(Verdict.value(0));
        chain.offer(new Memory(), FakeCall.of("connect").address(mapped).socket(FakeSocket.tcp(5)));
        assertEquals(
                "[allow net/connect 192.0.2.1/32!80]", chain.sandbox().learned().toString());
        assertEquals(List.of("learned"), chain.sandbox().told());
    }

    /** Asks for approval. */
    @Handler(name = "com.example.ask", stage = Stage.DECIDE)
    @Traps("openat")
    static final class Ask implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            String path = call.opening().orElseThrow().path().orElseThrow().toString();
            return call.approve(new Denial("file/read", path, "no grant", "")).orElseGet(() -> chain.proceed(call));
        }
    }

    @Test
    void somebodyApprovesOrNot() {
        FakeCall call = FakeCall.of("openat").opening(FakeOpening.reading("/etc/shadow"));
        assertEquals(
                "/etc/shadow",
                FakeChain.answering()
                        .offer(new Ask(), call)
                        .denial()
                        .orElseThrow()
                        .target());
        assertTrue(FakeChain.answering().approving().offer(new Ask(), call).continued());
    }

    @Test
    void rulesDenyWhatTheTestSays() {
        FakeSandbox sandbox = new FakeSandbox().deny(Rule.CONNECT, ADDRESS, "not there");
        assertFalse(sandbox.rules().decide(Rule.CONNECT, ADDRESS).allowed());
        assertEquals("not there", sandbox.rules().decide(Rule.CONNECT, ADDRESS).reason());
        assertTrue(sandbox.rules().decide(Rule.BIND, ADDRESS).allowed());
    }
}
