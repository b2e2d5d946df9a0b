package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.ADDRESS;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.await;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.bindLater;
import static org.sluice.core.chain.Fixture.describe;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** A handler leaves while it has calls. */
class DepartureTest {

    private static final int EPERM = 1;
    private static final int EADDRINUSE = 98;
    private static final SyscallHandler PASS = (call, chain) -> chain.proceed(call);

    private final Fixture fixture = new Fixture(Fixture.brief());
    private final Fixture patient = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
        patient.close();
    }

    /** Answers through the chain, and says which version did. */
    private static SyscallHandler version(int version) {
        return (call, chain) -> {
            chain.proceed(call);
            return Verdict.value(version);
        };
    }

    @Test
    void callThatFinishesInTimeIsLeftAlone() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Registration old = patient.add("bind", Stage.LEARN, (call, chain) -> {
            Verdict verdict = chain.proceed(call);
            inside.countDown();
            Fixture.awaitStubbornly(leave);
            return verdict;
        });
        Fixture.Answer answer = bindLater(patient.open());
        await(inside);

        CountDownLatch closed = new CountDownLatch(1);
        Thread closer = new Thread(() -> {
            old.close();
            closed.countDown();
        });
        closer.start();
        leave.countDown();

        assertSame(DONE, answer.await());
        await(closed);
        assertEquals(1, patient.performed.size());
    }

    @Test
    void callsWaitForASuccessor() {
        Registration old = patient.add("bind", Stage.LEARN, version(1));
        SandboxChain chain = patient.open();
        assertEquals(1, bind(chain).value());
        old.close();

        Fixture.Answer answer = bindLater(chain);
        patient.add("bind", Stage.LEARN, version(2));

        assertEquals(2, answer.await().value());
    }

    @Test
    void withoutSuccessorAnOptionalHandlerIsSkipped() {
        Registration old = fixture.add("bind", Stage.LEARN, version(1));
        SandboxChain chain = fixture.open();
        old.close();

        assertSame(DONE, bind(chain));
        assertEquals(List.of("bind"), chain.missing());
        assertEquals("missing", chain.statuses().get(0).state());
    }

    @Test
    void withoutSuccessorARequiredHandlerFailsTheCall() {
        fixture.required = Set.of("bind");
        Registration old = fixture.add("bind", Stage.LEARN, version(1));
        SandboxChain chain = fixture.open();
        old.close();

        assertEquals(EPERM, bind(chain).errno());
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void deciderIsAlwaysRequired() {
        Registration old = fixture.add("unix", Stage.DECIDE, PASS);
        SandboxChain chain = fixture.open();
        assertSame(DONE, bind(chain));
        old.close();

        assertEquals(EPERM, bind(chain).errno());
    }

    @Test
    void requiredHandlerThatNeverCameFailsEveryCall() {
        fixture.required = Set.of("bind");

        assertEquals(EPERM, bind(fixture.open("bind")).errno());
    }

    @Test
    void closingTheSandboxWakesCallsThatWait() {
        Fixture slow = new Fixture(new ChainTimeouts(
                java.time.Duration.ofSeconds(5),
                java.time.Duration.ofSeconds(1),
                java.time.Duration.ofHours(1),
                java.time.Duration.ofSeconds(10)));
        try (slow) {
            Registration old = slow.add("bind", Stage.LEARN, version(1));
            SandboxChain chain = slow.open();
            old.close();
            Fixture.Answer answer = bindLater(chain);

            chain.close();

            assertEquals(EPERM, answer.await().errno());
        }
    }

    @Test
    void pendingOperationIsTakenOver() throws InterruptedException {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        AtomicInteger performed = new AtomicInteger();
        AtomicBoolean oldReturned = new AtomicBoolean();
        fixture.terminal = (call, address, exclusive) -> {
            performed.incrementAndGet();
            performing.countDown();
            await(kernel);
            return DONE;
        };
        Registration old = fixture.add("bind", Stage.LEARN, (call, chain) -> {
            Verdict verdict = chain.proceed(call);
            oldReturned.set(true);
            return verdict;
        });
        SandboxChain chain = fixture.open();
        Fixture.Answer answer = bindLater(chain);
        await(performing);

        fixture.add(describe("bind", Stage.LEARN, 0, "2.0"), version(2));
        old.close();
        assertEquals(0, answer.count.get());
        kernel.countDown();

        assertEquals(2, answer.await().value());
        await(answer.returned);
        assertEquals(1, performed.get());
        assertEquals(1, answer.count.get());
        assertFalse(oldReturned.get());
    }

    @Test
    void pendingOperationIsTakenOverAgain() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        AtomicInteger performed = new AtomicInteger();
        fixture.terminal = (call, address, exclusive) -> {
            performed.incrementAndGet();
            performing.countDown();
            await(kernel);
            return DONE;
        };
        Registration first = fixture.add("bind", Stage.LEARN, version(1));
        Fixture.Answer answer = bindLater(fixture.open());
        await(performing);
        CountDownLatch second = new CountDownLatch(1);
        Registration next = fixture.add(describe("bind", Stage.LEARN, 0, "2.0"), (call, chain) -> {
            second.countDown();
            return chain.proceed(call);
        });
        first.close();
        await(second);
        fixture.add(describe("bind", Stage.LEARN, 0, "3.0"), version(3));
        next.close();
        kernel.countDown();

        assertEquals(3, answer.await().value());
        await(answer.returned);
        assertEquals(1, performed.get());
    }

    @Test
    void failedAttemptsAreNotRepeated() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        fixture.terminal = (call, address, exclusive) -> {
            fixture.performed.add(address);
            if (address.equals(Optional.of(ADDRESS))) {
                return Verdict.failure(EADDRINUSE);
            }
            performing.countDown();
            await(kernel);
            return DONE;
        };
        SyscallHandler portmap = (call, chain) -> {
            Verdict verdict = chain.proceed(call.exclusive());
            return verdict.succeeded() ? verdict : chain.proceed(call.withAddress(ADDRESS.withPort(0)));
        };
        Registration old = fixture.add("portmap", Stage.TRANSLATE, portmap);
        Fixture.Answer answer = bindLater(fixture.open());
        await(performing);
        fixture.add(describe("portmap", Stage.TRANSLATE, 0, "2.0"), portmap);
        old.close();
        kernel.countDown();

        assertSame(DONE, answer.await());
        assertEquals(
                List.of(Optional.<Address>of(ADDRESS), Optional.<Address>of(ADDRESS.withPort(0))), fixture.performed);
    }

    @Test
    void successInAnotherWayIsRefused() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        fixture.terminal = (call, address, exclusive) -> {
            fixture.performed.add(address);
            performing.countDown();
            await(kernel);
            return DONE;
        };
        Registration old = fixture.add("portmap", Stage.TRANSLATE, PASS);
        Fixture.Answer answer = bindLater(fixture.open());
        await(performing);
        fixture.add(
                describe("portmap", Stage.TRANSLATE, 0, "2.0"),
                (call, chain) -> chain.proceed(call.withAddress(ADDRESS.withPort(1))));
        old.close();
        kernel.countDown();

        assertEquals(EPERM, answer.await().errno());
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void operationThatNobodyWaitsForIsAbandoned() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        CountDownLatch abandoned = new CountDownLatch(1);
        fixture.terminal = new Terminal() {
            @Override
            public Verdict perform(Notification notification, Optional<Address> address, boolean exclusive) {
                performing.countDown();
                await(kernel);
                return Verdict.failure(4);
            }

            @Override
            public void abandon(Notification notification) {
                abandoned.countDown();
                kernel.countDown();
            }
        };
        Registration old = fixture.add("answer", Stage.ANSWER, PASS);
        Fixture.Answer answer = bindLater(fixture.open());
        await(performing);
        fixture.add(describe("answer", Stage.ANSWER, 0, "2.0"), (call, chain) -> Verdict.value(2));
        old.close();

        assertEquals(2, answer.await().value());
        await(abandoned);
        await(answer.returned);
        assertEquals(1, answer.count.get());
    }

    @Test
    void closingTheSandboxEndsCallsInTheKernel() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        patient.terminal = (call, address, exclusive) -> {
            performing.countDown();
            await(kernel);
            return DONE;
        };
        patient.add("bind", Stage.LEARN, PASS);
        SandboxChain chain = patient.open();
        Fixture.Answer answer = bindLater(chain);
        await(performing);

        chain.close();

        assertEquals(EPERM, answer.await().errno());
        kernel.countDown();
        await(answer.returned);
        assertEquals(1, answer.count.get());
        assertEquals(EPERM, bind(chain).errno());
    }

    @Test
    void callIsClosedToAHandlerThatLeft() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Registration old = fixture.add("bind", Stage.LEARN, (call, chain) -> {
            inside.countDown();
            Fixture.awaitStubbornly(letGo);
            try {
                call.socket();
            } catch (Throwable e) {
                thrown.set(e);
                throw e;
            }
            return chain.proceed(call);
        });
        Fixture.Answer answer = bindLater(fixture.open());
        await(inside);
        old.close();
        assertEquals(EPERM, answer.await().errno());
        letGo.countDown();
        await(answer.returned);

        assertEquals(Withdrawn.class, Objects.requireNonNull(thrown.get()).getClass());
    }

    @Test
    void callStuckInTheHandlerIsRefusedAndShownAsLeaked() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Registration old = fixture.add("bind", Stage.LEARN, (call, chain) -> {
            inside.countDown();
            try {
                // The handler that hangs; the interrupt ends it.
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            Fixture.awaitStubbornly(letGo);
            return chain.proceed(call);
        });
        SandboxChain chain = fixture.open();
        Fixture.Answer answer = bindLater(chain);
        await(inside);

        old.close();

        assertEquals(EPERM, answer.await().errno());
        await(interrupted);
        assertEquals("leaked", chain.statuses().get(0).state());
        letGo.countDown();
        await(answer.returned);
        assertEquals("missing", chain.statuses().get(0).state());
        assertEquals(1, answer.count.get());
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void threadIsNotInterruptedAfterItsCall() throws InterruptedException {
        AtomicBoolean flagged = new AtomicBoolean(true);
        CountDownLatch inside = new CountDownLatch(1);
        Registration old = fixture.add("bind", Stage.LEARN, (call, chain) -> {
            inside.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            return chain.proceed(call);
        });
        SandboxChain chain = fixture.open();
        Thread pump = new Thread(() -> {
            chain.dispatch(new Fixture.Bind(ADDRESS), new Fixture.Answer());
            flagged.set(Thread.currentThread().isInterrupted());
        });
        pump.start();
        await(inside);
        old.close();
        pump.join();

        assertFalse(flagged.get());
    }

    @Test
    void handlerThatCatchesEverythingChangesNothing() {
        CountDownLatch performing = new CountDownLatch(1);
        CountDownLatch kernel = new CountDownLatch(1);
        fixture.terminal = (call, address, exclusive) -> {
            performing.countDown();
            await(kernel);
            return DONE;
        };
        AtomicBoolean caught = new AtomicBoolean();
        Registration old = fixture.add("bind", Stage.TRANSLATE, (call, chain) -> {
            try {
                return chain.proceed(call);
            } catch (Throwable e) {
                caught.set(true);
                return Verdict.value(666);
            }
        });
        Fixture.Answer answer = bindLater(fixture.open());
        await(performing);
        fixture.add(describe("bind", Stage.TRANSLATE, 0, "2.0"), version(2));
        old.close();
        kernel.countDown();

        assertEquals(2, answer.await().value());
        await(answer.returned);
        assertTrue(caught.get());
        assertEquals(1, answer.count.get());
    }
}
