package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.ADDRESS;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.describe;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Denial;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** The order of a chain and what each stage may do in it. */
class DispatchTest {

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EADDRINUSE = 98;
    private static final Verdict DENIED = Verdict.deny(new Denial("net/bind", "x", "no grant", ""));

    private final Fixture fixture = new Fixture();
    private final List<String> trace = new ArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private SyscallHandler passing(String name) {
        return (call, chain) -> {
            trace.add(name);
            return chain.proceed(call);
        };
    }

    @Test
    void callWithoutHandlersIsPerformed() {
        assertSame(DONE, bind(fixture.open()));
        assertEquals(List.of(Optional.of(ADDRESS)), fixture.performed);
    }

    @Test
    void stagesThenRankingThenNameGiveTheOrder() {
        fixture.add("answer", Stage.ANSWER, passing("answer"));
        fixture.add("translate", Stage.TRANSLATE, passing("translate"));
        fixture.add("learn-b", Stage.LEARN, passing("learn-b"));
        fixture.add("learn-a", Stage.LEARN, passing("learn-a"));
        fixture.add(describe("learn-high", Stage.LEARN, 5, "1.0"), passing("learn-high"));
        fixture.add("decide", Stage.DECIDE, passing("decide"));
        fixture.add("observe", Stage.OBSERVE, passing("observe"));

        assertSame(DONE, bind(fixture.open()));

        assertEquals(List.of("observe", "decide", "learn-high", "learn-a", "learn-b", "translate", "answer"), trace);
    }

    @Test
    void handlerSeesOnlyTheCallsThatItAskedFor() {
        fixture.add(describe("high", Stage.LEARN, 0, "1.0", "bind(fd=4)"), passing("four"));
        fixture.add(describe("low", Stage.LEARN, 0, "1.0", "bind(fd=3)"), passing("three"));
        fixture.add(describe("other", Stage.LEARN, 0, "1.0", "connect"), passing("other"));

        bind(fixture.open());

        assertEquals(List.of("three"), trace);
    }

    @Test
    void intArgumentIsComparedByItsLowHalf() {
        fixture.add(describe("low", Stage.LEARN, 0, "1.0", "bind(fd=3)"), passing("three"));
        SandboxChain chain = fixture.open();

        Fixture.Answer answer = new Fixture.Answer();
        chain.dispatch(new Fixture.Bind(1, 0xdead_0000_0003L, ADDRESS), answer);

        assertEquals(List.of("three"), trace);
    }

    @Test
    void allDecidersAreAskedAndADenialWins() {
        fixture.add("a", Stage.DECIDE, (call, chain) -> {
            throw new IllegalStateException("broken");
        });
        fixture.add("b", Stage.DECIDE, (call, chain) -> DENIED);
        fixture.add("c", Stage.DECIDE, passing("c"));

        Verdict verdict = bind(fixture.open());

        assertEquals(EACCES, verdict.errno());
        assertSame(DENIED, verdict);
        assertEquals(List.of("c"), trace);
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void deciderThatAnswersIsRefused() {
        fixture.add("a", Stage.DECIDE, (call, chain) -> Verdict.value(0));

        assertEquals(EPERM, bind(fixture.open()).errno());
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void deciderMustAskToPassACallOn() {
        AtomicReference<Verdict> kept = new AtomicReference<>();
        fixture.add("a", Stage.DECIDE, (call, chain) -> {
            Verdict before = kept.get();
            if (before != null) {
                return before;
            }
            Verdict passed = chain.proceed(call);
            kept.set(passed);
            return passed;
        });
        SandboxChain chain = fixture.open();

        assertSame(DONE, bind(chain));
        assertEquals(EPERM, bind(chain).errno());
    }

    @Test
    void deciderSeesNoResult() {
        AtomicReference<String> message = new AtomicReference<>();
        fixture.add("a", Stage.DECIDE, (call, chain) -> {
            Verdict passed = chain.proceed(call);
            message.set(assertThrows(IllegalStateException.class, passed::value).getMessage());
            return passed;
        });

        assertSame(DONE, bind(fixture.open()));
        assertEquals("a decider passes a call on before it is performed; there is no result", message.get());
    }

    @Test
    void observerAnswersNothing() {
        fixture.add("mute", Stage.OBSERVE, (call, chain) -> Verdict.failure(EACCES));
        fixture.add("late", Stage.OBSERVE, (call, chain) -> {
            chain.proceed(call);
            return Verdict.value(0);
        });
        fixture.add("broken", Stage.OBSERVE, (call, chain) -> {
            chain.proceed(call);
            throw new IllegalStateException("after the call");
        });

        SandboxChain chain = fixture.open();

        assertSame(DONE, bind(chain));
        assertEquals(1, fixture.performed.size());
        assertEquals(1, chain.metrics("broken").failures());
    }

    @Test
    void onlyATranslatorChangesACall() {
        for (Stage stage : Stage.values()) {
            try (Fixture one = new Fixture()) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                one.add("changer", stage, (call, chain) -> {
                    Call other = call;
                    try {
                        other = call.withAddress(ADDRESS.withPort(1)).exclusive();
                    } catch (IllegalStateException e) {
                        thrown.set(e);
                    }
                    return chain.proceed(other);
                });
                bind(one.open());
                assertEquals(stage != Stage.TRANSLATE, thrown.get() != null, stage.name());
            }
        }
    }

    @Test
    void changedCallGoesPastTheDecidersAgain() {
        List<Address> judged = new ArrayList<>();
        fixture.add("decide", Stage.DECIDE, (call, chain) -> {
            Address address = call.canonical().orElseThrow();
            judged.add(address);
            return address.equals(ADDRESS) ? chain.proceed(call) : DENIED;
        });
        fixture.add(
                "smuggler", Stage.TRANSLATE, (call, chain) -> chain.proceed(call.withAddress(ADDRESS.withPort(25))));

        assertSame(DENIED, bind(fixture.open()));
        assertEquals(List.of(ADDRESS, ADDRESS.withPort(25)), judged);
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void changedCallIsJudgedBeforeItIsAnswered() {
        fixture.add(
                "decide",
                Stage.DECIDE,
                (call, chain) -> call.address().orElseThrow().equals(ADDRESS) ? chain.proceed(call) : DENIED);
        fixture.add(
                "smuggler", Stage.TRANSLATE, (call, chain) -> chain.proceed(call.withAddress(ADDRESS.withPort(25))));
        fixture.add("answer", Stage.ANSWER, (call, chain) -> {
            trace.add("answer");
            return Verdict.value(0);
        });

        assertSame(DENIED, bind(fixture.open()));
        assertEquals(List.of(), trace);
    }

    @Test
    void portOfTheCoresOwnMapIsJudgedByItsVirtualForm() {
        List<Address> judged = new ArrayList<>();
        fixture.add("decide", Stage.DECIDE, (call, chain) -> {
            judged.add(call.address().orElseThrow());
            return chain.proceed(call);
        });
        fixture.add(
                "portmap", Stage.TRANSLATE, (call, chain) -> chain.proceed(call.withAddress(ADDRESS.withPort(41233))));

        assertSame(DONE, bind(fixture.open()));
        assertEquals(List.of(ADDRESS), judged);
        assertEquals(List.of(Optional.of(ADDRESS.withPort(41233))), fixture.performed);
    }

    @Test
    void trustEndsAtThePort() {
        Address.Inet elsewhere = new Address.Inet(org.sluice.notify.Bytes.of(new byte[] {10, 0, 0, 1}), 6379);
        fixture.add(
                "decide",
                Stage.DECIDE,
                (call, chain) -> call.address().orElseThrow().equals(ADDRESS) ? chain.proceed(call) : DENIED);
        fixture.add("portmap", Stage.TRANSLATE, (call, chain) -> chain.proceed(call.withAddress(elsewhere)));

        assertSame(DENIED, bind(fixture.open()));
    }

    @Test
    void translatorProceedsAgainAfterAFailure() {
        fixture.terminal = (call, address, exclusive) -> {
            fixture.performed.add(address);
            return address.equals(Optional.of(ADDRESS)) ? Verdict.failure(EADDRINUSE) : DONE;
        };
        fixture.add("portmap", Stage.TRANSLATE, (call, chain) -> {
            Verdict first = chain.proceed(call.exclusive());
            assertEquals(EADDRINUSE, first.errno());
            return chain.proceed(call.withAddress(ADDRESS.withPort(0)));
        });

        assertSame(DONE, bind(fixture.open()));
        assertEquals(List.of(Optional.of(ADDRESS), Optional.of(ADDRESS.withPort(0))), fixture.performed);
    }

    @Test
    void nobodyProceedsAgainAfterASuccess() {
        AtomicReference<String> message = new AtomicReference<>();
        fixture.add("portmap", Stage.TRANSLATE, (call, chain) -> {
            Verdict verdict = chain.proceed(call);
            message.set(assertThrows(IllegalStateException.class, () -> chain.proceed(call))
                    .getMessage());
            return verdict;
        });

        assertSame(DONE, bind(fixture.open()));
        assertEquals("the call has been passed on already and did not fail", message.get());
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void onlyATranslatorProceedsAgain() {
        fixture.terminal = (call, address, exclusive) -> {
            fixture.performed.add(address);
            return Verdict.failure(EADDRINUSE);
        };
        fixture.add("learn", Stage.LEARN, (call, chain) -> {
            chain.proceed(call);
            return chain.proceed(call);
        });

        assertEquals(EPERM, bind(fixture.open()).errno());
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void chainIsUsedOnlyDuringItsHandle() {
        AtomicReference<org.sluice.notify.Chain> keptChain = new AtomicReference<>();
        AtomicReference<Call> keptCall = new AtomicReference<>();
        fixture.add("keeper", Stage.LEARN, (call, chain) -> {
            keptChain.set(chain);
            keptCall.set(call);
            return chain.proceed(call);
        });
        bind(fixture.open());

        assertThrows(IllegalStateException.class, () -> Objects.requireNonNull(keptChain.get())
                .proceed(Objects.requireNonNull(keptCall.get())));
        assertEquals(1, fixture.performed.size());
    }

    @Test
    void callOfAnotherFrameIsNotPassedOn() {
        AtomicReference<Call> outer = new AtomicReference<>();
        fixture.add("a", Stage.LEARN, (call, chain) -> {
            outer.set(call);
            return chain.proceed(call);
        });
        fixture.add("b", Stage.LEARN, (call, chain) -> chain.proceed(Objects.requireNonNull(outer.get())));

        assertEquals(EPERM, bind(fixture.open()).errno());
        assertEquals(List.of(), fixture.performed);
    }

    @Test
    void continuedCallHasNoResultAndNobodyCanMakeOneUp() {
        AtomicReference<Verdict> kept = new AtomicReference<>();
        fixture.terminal = (call, address, exclusive) -> Continued.KERNEL;
        fixture.add("learn", Stage.ANSWER, (call, chain) -> {
            Verdict before = kept.get();
            if (before != null) {
                return before;
            }
            Verdict verdict = chain.proceed(call);
            kept.set(verdict);
            assertTrue(verdict.continued());
            assertFalse(verdict.succeeded());
            assertThrows(IllegalStateException.class, verdict::value);
            assertThrows(IllegalStateException.class, verdict::errno);
            return verdict;
        });
        SandboxChain chain = fixture.open();

        assertSame(Continued.KERNEL, bind(chain));
        assertEquals(EPERM, bind(chain).errno());
    }

    @Test
    void learnerDoesNotAnswerForTheKernel() {
        fixture.add("learn", Stage.LEARN, (call, chain) -> Verdict.value(0));

        assertEquals(EPERM, bind(fixture.open()).errno());
    }

    @Test
    void terminalThatFailsRefusesTheCall() {
        fixture.terminal = (call, address, exclusive) -> {
            throw new StackOverflowError();
        };

        assertEquals(EPERM, bind(fixture.open()).errno());
    }

    @Test
    void argumentsHaveNames() {
        AtomicReference<String> message = new AtomicReference<>();
        fixture.add("a", Stage.LEARN, (call, chain) -> {
            assertEquals(3, call.argument("fd"));
            message.set(assertThrows(IllegalArgumentException.class, () -> call.argument("fb"))
                    .getMessage());
            return chain.proceed(call);
        });

        assertSame(DONE, bind(fixture.open()));
        assertEquals("bind has no argument fb; it has [fd, umyaddr, addrlen]", message.get());
    }
}
