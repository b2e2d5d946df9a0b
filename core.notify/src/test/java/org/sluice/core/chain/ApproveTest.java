package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.await;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.bindLater;
import static org.sluice.core.chain.Fixture.describe;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Denial;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** A decider asks somebody: on nobody's time, and through a swap. */
class ApproveTest {

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final Denial NO = new Denial("net/bind", "a", "no grant", "");

    private final Fixture fixture = new Fixture(Fixture.brief());

    @AfterEach
    void close() {
        fixture.close();
    }

    /** A question whose answer the test gives. */
    private static final class Open implements Question {

        private final AtomicInteger waiters = new AtomicInteger();
        private final CountDownLatch asked = new CountDownLatch(1);
        private Optional<Verdict> answer = Optional.of(Verdict.failure(EPERM));
        private boolean answered;

        synchronized void answer(Optional<Verdict> given) {
            answer = given;
            answered = true;
            notifyAll();
        }

        @Override
        public synchronized Optional<Verdict> await(BooleanSupplier wanted) throws InterruptedException {
            waiters.incrementAndGet();
            asked.countDown();
            while (!answered && wanted.getAsBoolean()) {
                wait();
            }
            waiters.decrementAndGet();
            return answer;
        }

        @Override
        public synchronized void wake() {
            notifyAll();
        }
    }

    private static SyscallHandler asking() {
        return (call, chain) -> call.approve(NO).orElseGet(() -> chain.proceed(call));
    }

    @Test
    void yesPassesTheCallOnAndNoIsTheAnswer() {
        Open open = new Open();
        fixture.question = open;
        fixture.add("broker", Stage.DECIDE, asking());
        SandboxChain chain = fixture.open();
        open.answer(Optional.empty());
        assertSame(DONE, bind(chain));
        open.answer(Optional.of(Verdict.deny(NO)));
        Verdict denied = bind(chain);
        assertEquals(EACCES, denied.errno());
        assertEquals(Optional.of(NO), denied.denial());
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void whileSomebodyThinksNobodysTimeRuns() {
        Open open = new Open();
        fixture.question = open;
        fixture.add(describe("broker", Stage.DECIDE, 0, "1.0", "bind(fd=3)"), asking());
        CountDownLatch hang = new CountDownLatch(1);
        fixture.add(describe("slow", Stage.LEARN, 0, "1.0", "bind(fd=9)"), (call, chain) -> {
            Fixture.awaitStubbornly(hang);
            return chain.proceed(call);
        });
        SandboxChain chain = fixture.open();
        Fixture.Answer thinking = bindLater(chain);
        await(open.asked);
        // Two that hang one after the other show that the budget has passed twice meanwhile.
        for (int i = 0; i < 2; i++) {
            Fixture.Answer answer = new Fixture.Answer();
            Thread thread = new Thread(() -> chain.dispatch(new Fixture.Bind(9, 9, Fixture.ADDRESS), answer));
            thread.start();
            assertEquals(EPERM, answer.await().errno());
        }
        hang.countDown();
        open.answer(Optional.empty());
        assertSame(DONE, thinking.await());
        assertEquals(0, chain.metrics("broker").failures());
    }

    @Test
    void aSuccessorWaitsForTheSameQuestion() {
        Open open = new Open();
        fixture.question = open;
        Registration old = fixture.add("broker", Stage.DECIDE, asking());
        SandboxChain chain = fixture.open();
        Fixture.Answer answer = bindLater(chain);
        await(open.asked);
        fixture.add(describe("broker", Stage.DECIDE, 0, "2.0"), asking());
        old.close();
        open.answer(Optional.empty());
        assertSame(DONE, answer.await());
        assertEquals(1, answer.count.get());
        assertEquals(1, fixture.performed.size());
        assertEquals(0, chain.metrics("broker").failures());
    }

    @Test
    void withoutASuccessorTheCallIsRefused() {
        Open open = new Open();
        fixture.question = open;
        Registration old = fixture.add("broker", Stage.DECIDE, asking());
        SandboxChain chain = fixture.open();
        Fixture.Answer answer = bindLater(chain);
        await(open.asked);
        old.close();
        assertEquals(EPERM, answer.await().errno());
        await(answer.returned);
        assertEquals(0, open.waiters.get());
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void onlyADeciderAsks() {
        fixture.add("translator", Stage.TRANSLATE, asking());
        SandboxChain chain = fixture.open();
        assertEquals(EPERM, bind(chain).errno());
        assertEquals(1, chain.metrics("translator").failures());
    }
}
