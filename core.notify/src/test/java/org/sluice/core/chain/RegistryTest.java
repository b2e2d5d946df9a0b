package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.NAMES;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.describe;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.HandlerStatus;
import org.sluice.core.trap.TrapSet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** Which handler is active, what it may see, and what is said about it. */
class RegistryTest {

    private final Fixture fixture = new Fixture(Fixture.brief());

    @AfterEach
    void close() {
        fixture.close();
    }

    private static SyscallHandler version(int version) {
        return (call, chain) -> {
            chain.proceed(call);
            return Verdict.value(version);
        };
    }

    private static HandlerDescription withSchema(HandlerDescription plain, int schema) {
        return new HandlerDescription(
                plain.name(),
                plain.stage(),
                schema,
                plain.access(),
                plain.traps(),
                plain.ranking(),
                plain.version(),
                plain.origin());
    }

    @Test
    void highestRankingThenNewestVersionIsActive() {
        SandboxChain chain = fixture.open("bind");
        fixture.add(describe("bind", Stage.LEARN, 0, "1.9.0"), version(1));
        assertEquals(1, bind(chain).value());
        fixture.add(describe("bind", Stage.LEARN, 0, "1.10.0"), version(2));
        assertEquals(2, bind(chain).value());
        fixture.add(describe("bind", Stage.LEARN, 0, "1.9.5"), version(3));
        assertEquals(2, bind(chain).value());
        Registration ranked = fixture.add(describe("bind", Stage.LEARN, 1, "0.1"), version(4));
        assertEquals(4, bind(chain).value());
        ranked.close();
        assertEquals(2, bind(chain).value());

        assertEquals(
                List.of("active", "standby", "standby"),
                chain.statuses().stream().map(HandlerStatus::state).toList());
    }

    @Test
    void handlerThatTheProfileDoesNotNameIsNotUsed() {
        SandboxChain chain = fixture.open("bind");
        fixture.registry.add(version(1), describe("other", Stage.LEARN, 0, "1.0"));

        assertSame(DONE, bind(chain));
        assertEquals(
                List.of("missing", "not used"),
                chain.statuses().stream().map(HandlerStatus::state).toList());
    }

    @Test
    void filterDeliversTheUnionAndTheReserve() {
        fixture.reserve = List.of("uname", "bind(fd=4)");
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0", "bind", "connect(fd=3)"), version(1));
        SandboxChain chain = fixture.open();

        assertEquals(
                List.of("uname", "bind", "connect(fd=3)"),
                chain.trapSet().traps().stream().map(Object::toString).toList());
    }

    @Test
    void reserveCanBeEverything() {
        fixture.reserve = List.of(TrapSet.WILDCARD);

        assertEquals(new TrapSet(true, List.of()), fixture.open().trapSet());
    }

    @Test
    void statusSaysWhichTrapsAreNotDelivered() {
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), version(1));
        SandboxChain chain = fixture.open();
        chain.trapSet();
        fixture.add(describe("bind", Stage.LEARN, 0, "2.0", "bind(fd=4)", "uname"), version(2));

        HandlerStatus status = chain.statuses().get(0);
        assertEquals(List.of("bind(fd=4)"), status.traps());
        assertEquals(List.of("uname"), status.unreachable());
        assertEquals("test.bind 2.0", status.origin());
    }

    @Test
    void participationIsSaid() {
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), version(1));
        SandboxChain chain = fixture.open("bind", "late");
        chain.trapSet();
        fixture.add(describe("late", Stage.LEARN, 0, "1.0", "uname"), version(1));
        Seat seat = Objects.requireNonNull(chain.seats().get("late"));
        Instance late = Objects.requireNonNull(seat.active()).instance();

        assertEquals(
                "; box does not trap uname; start it with --reserve uname",
                Participation.describe(late, List.of(chain)));
        assertEquals(
                "; box does not use it",
                Participation.describe(
                        new Instance(version(1), describe("x", Stage.LEARN, 0, "1.0"), Instance.NO_BUNDLE, false),
                        List.of(chain)));
    }

    @Test
    void narrowedTrapsAreAllThatAHandlerSees() {
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), new Narrowing(List.of("bind(fd=4)")));
        SandboxChain chain = fixture.open();

        assertSame(DONE, bind(chain));
        assertEquals(List.of("bind(fd=4)"), chain.statuses().get(0).traps());
    }

    @Test
    void handlerCanStayOutOfASandbox() {
        fixture.add(describe("bind", Stage.DECIDE, 0, "1.0"), new Narrowing(List.of()));
        SandboxChain chain = fixture.open();

        assertSame(DONE, bind(chain));
        assertEquals("not used", chain.statuses().get(0).state());
    }

    @Test
    void widenedTrapsKeepTheOldVersionActive() {
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), version(1));
        SandboxChain chain = fixture.open();
        fixture.add(describe("bind", Stage.LEARN, 0, "2.0"), new Narrowing(List.of("connect")));

        assertEquals(1, bind(chain).value());
        assertEquals(
                "standby (traps() returned \"connect\", which @Traps does not include)",
                chain.statuses().get(1).state());
    }

    @Test
    void stateIsMigratedBeforeTheFirstCall() {
        SandboxChain chain = fixture.open("bind");
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), new Remembering());
        bind(chain);
        fixture.add(withSchema(describe("bind", Stage.LEARN, 0, "2.0"), 2), new Remembering() {
            @Override
            public Map<String, Object> migrate(int schema, Map<String, Object> state) {
                return Map.of("schema", schema, "old", state);
            }
        });
        bind(chain);

        assertEquals(
                Map.of("schema", 1, "old", Map.of("calls", 1), "calls", 1),
                fixture.state.open("bind", 2).snapshot());
    }

    @Test
    void migrationThatFailsKeepsTheOldVersionActive() {
        SandboxChain chain = fixture.open("bind");
        Registration old = fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), new Remembering());
        bind(chain);
        fixture.add(withSchema(describe("bind", Stage.LEARN, 0, "2.0"), 2), new Remembering() {
            @Override
            public Map<String, Object> migrate(int schema, Map<String, Object> state) {
                throw new IllegalStateException("cannot read schema " + schema);
            }
        });
        bind(chain);

        assertEquals(Map.of("calls", 2), fixture.state.open("bind", 1).snapshot());
        assertEquals("active", chain.statuses().get(0).state());
        assertEquals("test.bind 1.0", chain.statuses().get(0).origin());
        assertEquals("standby (cannot read schema 1)", chain.statuses().get(1).state());

        old.close();
        assertEquals("missing", chain.statuses().get(0).state());
        assertEquals(Map.of("calls", 2), fixture.state.open("bind", 1).snapshot());
    }

    @Test
    void startWaitsForTheHandlers() throws InterruptedException {
        SandboxChain chain = fixture.open("bind", "unix");
        fixture.add(describe("bind", Stage.LEARN, 0, "1.0"), version(1));
        assertEquals(List.of("unix"), chain.awaitHandlers(1, TimeUnit.MILLISECONDS));
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicReference<List<String>> missing = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            waiting.countDown();
            try {
                missing.set(chain.awaitHandlers(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        Fixture.await(waiting);
        fixture.add(describe("unix", Stage.LEARN, 0, "1.0"), version(1));
        thread.join();

        assertEquals(List.of(), missing.get());
    }

    @Test
    void registersAloneNeedNoCopy() {
        HandlerDescription plain = describe("bind", Stage.LEARN, 0, "1.0");
        fixture.add(
                new HandlerDescription("bind", Stage.LEARN, 1, Traps.Access.REGISTERS, plain.traps(), 0, "1.0", "test"),
                version(1));
        SandboxChain chain = fixture.open();
        int number = NAMES.number("bind").orElseThrow();
        assertEquals(false, chain.isCopied(number));

        fixture.add(describe("bind", Stage.LEARN, 0, "2.0"), version(2));
        assertEquals(true, chain.isCopied(number));
    }

    @Test
    void propertiesDescribeAHandler() {
        HandlerDescription description = HandlerDescription.of(
                Map.of(
                        SyscallHandler.NAME, "org.example.x",
                        SyscallHandler.STAGE, "LEARN",
                        SyscallHandler.SCHEMA, 3,
                        SyscallHandler.TRAPS, new String[] {"bind", "connect(fd=3)"},
                        SyscallHandler.ACCESS, "REGISTERS"),
                5,
                "1.2.3",
                "x 1.2.3",
                NAMES);

        assertEquals("org.example.x", description.name());
        assertEquals(Stage.LEARN, description.stage());
        assertEquals(3, description.schema());
        assertEquals(Traps.Access.REGISTERS, description.access());
        assertEquals(2, description.traps().size());
    }

    @Test
    void annotationsDescribeAHandler() {
        HandlerDescription description = HandlerDescription.of(Annotated.class, 0, "1.0", "embedded", NAMES);

        assertEquals("annotated", description.name());
        assertEquals(2, description.schema());
        assertEquals(Stage.TRANSLATE, description.stage());
        assertEquals(Traps.Access.PERFORM, description.access());
    }

    @Test
    void badDescriptionIsRefusedInOneLine() {
        assertEquals(
                "a SyscallHandler of b 1 has no property sluice.handler.name; annotate it with @Handler",
                refusal(Map.of()));
        assertEquals(
                "handler x of b 1: sluice.handler.stage is missing; use one of [OBSERVE, DECIDE, LEARN, TRANSLATE, ANSWER]",
                refusal(Map.of(SyscallHandler.NAME, "x")));
        assertEquals(
                "handler x of b 1: sluice.handler.schema is two, not a number",
                refusal(Map.of(SyscallHandler.NAME, "x", SyscallHandler.STAGE, "LEARN", SyscallHandler.SCHEMA, "two")));
        assertEquals(
                "handler x of b 1 has no traps; add @Traps with at least one",
                refusal(Map.of(SyscallHandler.NAME, "x", SyscallHandler.STAGE, "LEARN")));
        assertEquals(
                "handler x of b 1: trap \"bnid\", position 1: no system call is named bnid; the nearest is bind",
                refusal(Map.of(SyscallHandler.NAME, "x", SyscallHandler.STAGE, "LEARN", SyscallHandler.TRAPS, "bnid")));
        assertEquals(
                "handler x of b 1: schema 0 is below 1",
                refusal(Map.of(
                        SyscallHandler.NAME,
                        "x",
                        SyscallHandler.STAGE,
                        "LEARN",
                        SyscallHandler.SCHEMA,
                        0,
                        SyscallHandler.TRAPS,
                        "bind")));
        assertEquals(
                "handler of b 1: the name \"X\" is not made of lower-case letters and digits, joined by single dots or dashes",
                refusal(Map.of(SyscallHandler.NAME, "X", SyscallHandler.STAGE, "LEARN", SyscallHandler.TRAPS, "bind")));
    }

    private static String refusal(Map<String, Object> properties) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> HandlerDescription.of(properties, 0, "1", "b 1", NAMES))
                .getMessage();
        return String.valueOf(message);
    }

    private record Narrowing(List<String> narrowed) implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return Verdict.failure(13);
        }

        @Override
        public List<String> traps(Settings settings, List<String> traps) {
            return narrowed;
        }
    }

    private static class Remembering implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            call.state().update("calls", old -> old == null ? 1 : (Integer) old + 1);
            return chain.proceed(call);
        }
    }

    @Handler(name = "annotated", stage = Stage.TRANSLATE, schema = 2)
    @Traps("bind")
    private static final class Annotated implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return chain.proceed(call);
        }
    }
}
