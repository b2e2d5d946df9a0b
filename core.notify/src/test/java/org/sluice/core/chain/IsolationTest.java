package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.await;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.bindLater;
import static org.sluice.core.chain.Fixture.describe;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** A handler that misbehaves hurts only the calls that it asked for. */
class IsolationTest {

    private static final int EPERM = 1;

    private final Fixture fixture = new Fixture(Fixture.brief());

    @AfterEach
    void close() {
        fixture.close();
    }

    static List<SyscallHandler> bad() {
        return List.of(
                (call, chain) -> {
                    throw new IllegalStateException("an exception");
                },
                (call, chain) -> {
                    throw new OutOfMemoryError("an error");
                },
                (call, chain) -> {
                    throw new NoClassDefFoundError("a linkage error");
                },
                IsolationTest::recurse,
                (call, chain) -> new Forged(),
                new Nothing(),
                (call, chain) -> {
                    chain.proceed(call);
                    throw new IllegalStateException("after the call");
                });
    }

    // An endless recursion is the point.
    @SuppressWarnings("InfiniteRecursion")
    private static Verdict recurse(Call call, Chain chain) {
        return recurse(call, chain).withAddress(Fixture.ADDRESS);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badHandlerFailsItsCallAlone(SyscallHandler bad) {
        fixture.add(describe("bad", Stage.LEARN, 0, "1.0", "bind(fd=4)"), bad);
        SandboxChain chain = fixture.open();

        Fixture.Answer answer = new Fixture.Answer();
        chain.dispatch(new Fixture.Bind(1, 4, Fixture.ADDRESS), answer);

        assertEquals(EPERM, answer.await().errno());
        assertEquals(1, answer.count.get());
        assertEquals(1, chain.metrics("bad").failures());
        assertSame(DONE, bind(chain));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badObserverFailsNothing(SyscallHandler bad) {
        fixture.add("bad", Stage.OBSERVE, bad);
        SandboxChain chain = fixture.open();

        assertSame(DONE, bind(chain));
        assertEquals(1, fixture.performed.size());
        assertEquals(1, chain.metrics("bad").failures());
    }

    @Test
    void handlerThatHangsIsInterruptedAfterItsBudget() {
        CountDownLatch interrupted = new CountDownLatch(1);
        fixture.add("slow", Stage.LEARN, (call, chain) -> {
            try {
                // The handler that hangs; the interrupt ends it.
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return chain.proceed(call);
        });
        SandboxChain chain = fixture.open();
        Fixture.Answer answer = bindLater(chain);

        assertEquals(EPERM, answer.await().errno());
        await(interrupted);
        await(answer.returned);
        assertEquals(1, answer.count.get());
        assertEquals(List.of(), fixture.performed);
        assertEquals(1, chain.metrics("slow").failures());
    }

    @Test
    void timeInTheTerminalIsNotTheHandlers() throws InterruptedException {
        CountDownLatch expired = new CountDownLatch(1);
        fixture.terminal = (call, address, exclusive) -> {
            await(expired);
            return DONE;
        };
        fixture.add("bind", Stage.LEARN, (call, chain) -> chain.proceed(call));
        fixture.add(describe("slow", Stage.LEARN, 0, "1.0", "bind(fd=9)"), (call, chain) -> {
            Fixture.awaitStubbornly(expired);
            return chain.proceed(call);
        });
        SandboxChain chain = fixture.open();
        Fixture.Answer patient = bindLater(chain);
        // Two that hang one after the other show that the budget has passed twice meanwhile.
        for (int i = 0; i < 2; i++) {
            Fixture.Answer answer = new Fixture.Answer();
            Thread thread = new Thread(() -> chain.dispatch(new Fixture.Bind(9, 9, Fixture.ADDRESS), answer));
            thread.start();
            assertEquals(EPERM, answer.await().errno());
        }
        expired.countDown();

        assertSame(DONE, patient.await());
        await(patient.returned);
        assertEquals(1, patient.count.get());
    }

    @Test
    void observerThatHangsDelaysTheCallButDoesNotFailIt() {
        fixture.add("slow", Stage.OBSERVE, (call, chain) -> {
            Fixture.awaitStubbornly(new CountDownLatch(1));
            return chain.proceed(call);
        });
        fixture.add("bind", Stage.LEARN, (call, chain) -> chain.proceed(call));
        SandboxChain chain = fixture.open();

        assertSame(DONE, bindLater(chain).await());
        assertEquals(1, fixture.performed.size());
        assertEquals(1, chain.metrics("slow").failures());
    }

    @Test
    void observerThatHangsAfterTheCallKeepsTheAnswer() {
        fixture.add("slow", Stage.OBSERVE, (call, chain) -> {
            Verdict verdict = chain.proceed(call);
            Fixture.awaitStubbornly(new CountDownLatch(1));
            return verdict;
        });

        assertSame(DONE, bindLater(fixture.open()).await());
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void fiveFailuresPutAHandlerInQuarantine() {
        AtomicInteger asked = new AtomicInteger();
        fixture.add("bad", Stage.LEARN, (call, chain) -> {
            asked.incrementAndGet();
            throw new IllegalStateException("always");
        });
        SandboxChain chain = fixture.open();
        for (int i = 0; i < 5; i++) {
            assertEquals("active", chain.statuses().get(0).state());
            assertEquals(EPERM, bind(chain).errno());
        }

        assertEquals("quarantined", chain.statuses().get(0).state());
        assertEquals(EPERM, bind(chain).errno());
        assertEquals(5, asked.get());
        assertEquals("quarantine", fixture.events.get(0).operation());

        chain.release("bad");
        assertEquals(EPERM, bind(chain).errno());
        assertEquals(6, asked.get());
        assertEquals("active", chain.statuses().get(0).state());
    }

    @Test
    void replacementEndsTheQuarantine() {
        fixture.add("bad", Stage.DECIDE, (call, chain) -> new Forged());
        SandboxChain chain = fixture.open();
        for (int i = 0; i < 6; i++) {
            assertEquals(EPERM, bind(chain).errno());
        }
        assertEquals("quarantined", chain.statuses().get(0).state());

        fixture.add(describe("bad", Stage.DECIDE, 1, "1.0"), (call, next) -> next.proceed(call));

        assertSame(DONE, bind(chain));
    }

    @Test
    void observerInQuarantineIsMuted() {
        fixture.add("bad", Stage.OBSERVE, (call, chain) -> new Nothing().handle(call, chain));
        SandboxChain chain = fixture.open();
        for (int i = 0; i < 7; i++) {
            assertSame(DONE, bind(chain));
        }
        assertEquals(5, chain.metrics("bad").calls());
    }

    @Test
    void quarantineIsPerSandbox() {
        fixture.add("bad", Stage.LEARN, (call, chain) -> new Forged());
        SandboxChain one = fixture.open();
        SandboxChain two = fixture.open();
        for (int i = 0; i < 5; i++) {
            bind(one);
        }
        assertEquals("quarantined", one.statuses().get(0).state());
        assertEquals("active", two.statuses().get(0).state());
    }

    @Test
    void releaseOfAHandlerThatTakesNoPartIsRefused() {
        SandboxChain chain = fixture.open("bind");

        assertEquals(
                "handler bnid takes no part in box; those that do are bind",
                assertThrows(IllegalArgumentException.class, () -> chain.release("bnid"))
                        .getMessage());
    }

    @Test
    void oldFailuresDoNotCount() {
        Quarantine quarantine = new Quarantine(() -> 10);
        for (int i = 0; i < 4; i++) {
            quarantine.failed(i);
        }
        assertEquals(false, quarantine.failed(11));
        assertEquals(true, quarantine.failed(11));
        assertTrue(quarantine.isActive());
    }

    @Test
    void latencyIsCounted() {
        fixture.add("bind", Stage.LEARN, (call, chain) -> chain.proceed(call));
        SandboxChain chain = fixture.open();
        bind(chain);
        bind(chain);

        assertEquals(2, Arrays.stream(chain.metrics("bind").histogram()).sum());
        assertEquals(2, chain.metrics("bind").calls());
    }

    /** Returns what no handler may return, and what its signature forbids. */
    private static final class Nothing implements SyscallHandler {
        @Override
        @SuppressWarnings("NullAway") // the forbidden answer is the point
        public Verdict handle(Call call, Chain chain) {
            return null;
        }
    }

    /** A verdict of a handler's own making. */
    private record Forged() implements Verdict {
        @Override
        public boolean succeeded() {
            return true;
        }

        @Override
        public boolean continued() {
            return true;
        }

        @Override
        public long value() {
            return 0;
        }

        @Override
        public int errno() {
            return 0;
        }

        @Override
        public Optional<Denial> denial() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> address() {
            return Optional.empty();
        }

        @Override
        public Verdict withAddress(Address address) {
            return this;
        }

        @Override
        public List<Write> writes() {
            return List.of();
        }

        @Override
        public Verdict writing(int argument, Bytes bytes) {
            return this;
        }
    }
}
