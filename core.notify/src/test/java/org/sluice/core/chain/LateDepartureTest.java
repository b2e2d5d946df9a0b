package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.ADDRESS;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.await;
import static org.sluice.core.chain.Fixture.describe;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** A call is taken away from a thread that is between two looks at the core. */
@Timeout(60)
class LateDepartureTest {

    private static final SyscallHandler PASS = (call, chain) -> chain.proceed(call);

    private final Fixture fixture = new Fixture(Fixture.brief());

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What was done in the target's place is told it, however slow the handler is to return: not done twice, not denied. */
    @Test
    void whatWasPerformedIsNotDenied() {
        CountDownLatch passedOn = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        Registration old = fixture.add("portmap", Stage.TRANSLATE, (call, chain) -> {
            chain.proceed(call);
            passedOn.countDown();
            Fixture.awaitStubbornly(letGo);
            return Verdict.value(1);
        });
        Fixture.Answer answer = Fixture.bindLater(fixture.open());
        await(passedOn);
        fixture.add(describe("portmap", Stage.TRANSLATE, 0, "2.0"), PASS);

        old.close();

        assertSame(DONE, answer.await());
        letGo.countDown();
        await(answer.returned);
        assertEquals(1, answer.count.get());
        assertEquals(1, fixture.performed.size());
    }

    /** Nobody may wait for an operation that the thread was about to begin when its call was taken away. */
    @Test
    void whatWasNotBegunIsBegunBySomebodyElse() {
        fixture.add("bind", Stage.LEARN, PASS);
        SandboxChain chain = fixture.open();
        Fixture.Bind call = new Fixture.Bind(ADDRESS);
        Takeover first = Takeover.none();
        Fixture.Answer elsewhere = new Fixture.Answer();
        CallRun left = new CallRun(chain, call, elsewhere, first);
        left.enterCore();
        assertTrue(left.withdraw());
        assertSame(DONE, elsewhere.await());
        assertThrows(Withdrawn.class, () -> first.perform(left, Request.of(call)));

        Takeover second = first.next();
        CallRun successor = new CallRun(chain, call, new Fixture.Answer(), second);
        int before = fixture.performed.size();
        assertSame(DONE, second.perform(successor, Request.of(call)));
        assertEquals(before + 1, fixture.performed.size());
        assertFalse(successor.isInCore());
    }
}
