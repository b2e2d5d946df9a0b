package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** A bundle is tried before its handler takes the place of another. */
@Timeout(60)
class TrialTest {

    private static final long NEXT = 2;

    private final Fixture fixture = new Fixture(Fixture.brief());
    private final Registration old = fixture.add(Fixture.describe("x", Stage.LEARN, 0, "2.0"), version(2));
    private final SandboxChain chain = fixture.open();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static SyscallHandler version(int number) {
        return (call, chain) -> Verdict.value(number);
    }

    private static HandlerDescription description(int schema) {
        HandlerDescription one = Fixture.describe("x", Stage.LEARN, 0, "1.0");
        return new HandlerDescription(
                one.name(), one.stage(), schema, Traps.Access.PERFORM, one.traps(), 0, "1.0", "test.x 1.0");
    }

    private Registration arrive(SyscallHandler handler, int schema) {
        return fixture.registry.add(handler, description(schema), NEXT);
    }

    private String active() {
        return chain.statuses().get(0).origin();
    }

    /** One that brings state from another schema, and is asked for a smoke call, in its own ways. */
    private abstract static class Newcomer implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return chain.proceed(call);
        }
    }

    @Test
    void handlerOnTrialIsActiveNowhereUntilItIsAccepted() throws Exception {
        try (Trial trial = fixture.registry.trial(NEXT)) {
            assertFalse(trial.await("x", Duration.ZERO));
            old.close();
            Registration next = arrive(version(1), 1);
            assertTrue(trial.await("x", Duration.ofSeconds(10)));
            assertEquals("missing", chain.statuses().get(0).state());
            assertEquals("standby (on trial)", chain.statuses().get(1).state());
            trial.rehearse("x");
            trial.accept("x");
            assertEquals("test.x 1.0", active());
            next.close();
        }
    }

    @Test
    void acceptedHandlerComesBeforeANewerVersion() throws Exception {
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(version(1), 1);
            trial.rehearse("x");
            trial.accept("x");
        }
        assertEquals("test.x 1.0", active());
        assertEquals(NEXT, fixture.registry.bundleOf("x").getAsLong());
    }

    @Test
    void laterChoiceComesBeforeAnEarlierOne() throws Exception {
        arrive(version(1), 1);
        for (long bundle : new long[] {NEXT, Instance.NO_BUNDLE, NEXT, Instance.NO_BUNDLE}) {
            try (Trial trial = fixture.registry.trial(bundle)) {
                trial.rehearse("x");
                trial.accept("x");
            }
            assertEquals(bundle, fixture.registry.bundleOf("x").getAsLong());
        }
        assertEquals("test.x 2.0", active());
    }

    @Test
    void whatIsLeftOfATrialTakesPartLikeAnyOther() {
        Trial trial = fixture.registry.trial(NEXT);
        arrive(version(1), 1);
        old.close();
        assertEquals("missing", chain.statuses().get(0).state());
        trial.close();
        assertEquals("test.x 1.0", active());
    }

    @Test
    void failedMigrationIsFoundWithoutTouchingTheState() {
        fixture.state.open("x", 1).update("count", before -> 7L);
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(
                    new Newcomer() {
                        @Override
                        public Map<String, Object> migrate(int schema, Map<String, Object> state) {
                            throw new IllegalArgumentException("schema " + schema + " is unknown to me");
                        }
                    },
                    3);
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> trial.rehearse("x"));
            assertEquals("in " + chain.name() + ": schema 1 is unknown to me", refused.getMessage());
        }
        assertEquals("test.x 2.0", active());
        assertEquals(Map.of("count", 7L), chain.state("x"));
    }

    @Test
    void unkeepableStateIsFound() {
        fixture.state.open("x", 1).update("count", before -> 7L);
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(
                    new Newcomer() {
                        @Override
                        public Map<String, Object> migrate(int schema, Map<String, Object> state) {
                            return Map.of("count", new Object());
                        }
                    },
                    3);
            assertThrows(IllegalStateException.class, () -> trial.rehearse("x"));
        }
    }

    @Test
    void smokeCallSeesTheStateInItsOwnSchema() throws Exception {
        fixture.state.open("x", 1).update("count", before -> 7L);
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(
                    new Newcomer() {
                        @Override
                        public Map<String, Object> migrate(int schema, Map<String, Object> state) {
                            return Map.of("counts", List.of(7L));
                        }

                        @Override
                        public void smoke(Settings settings, Map<String, Object> state) {
                            throw new IllegalStateException("no " + state);
                        }
                    },
                    3);
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> trial.rehearse("x"));
            assertEquals("in " + chain.name() + ": no {counts=[7]}", refused.getMessage());
        }
        assertEquals(Map.of("count", 7L), chain.state("x"));
    }

    @Test
    void smokeCallThatDoesNotReturnIsInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(
                    new Newcomer() {
                        @Override
                        public void smoke(Settings settings, Map<String, Object> state) {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            }
                        }
                    },
                    1);
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> trial.rehearse("x"));
            assertEquals("in " + chain.name() + " it had no answer within 150 ms", refused.getMessage());
        }
        interrupted.await();
    }

    @Test
    void trapsThatWereNotDeclaredAreRefused() {
        try (Trial trial = fixture.registry.trial(NEXT)) {
            arrive(
                    new Newcomer() {
                        @Override
                        public List<String> traps(Settings settings, List<String> traps) {
                            return List.of("connect");
                        }
                    },
                    1);
            IllegalStateException refused = assertThrows(IllegalStateException.class, () -> trial.rehearse("x"));
            assertTrue(refused.toString().contains("which @Traps does not include"), refused::toString);
        }
    }

    @Test
    void timesAreThoseOfTheMoment() {
        fixture.registry.configure(new ChainTimeouts(
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofSeconds(1)));
        assertEquals(Duration.ofMillis(1), chain.timeouts().grace());
    }
}
