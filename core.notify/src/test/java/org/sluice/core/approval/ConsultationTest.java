package org.sluice.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.Bytes;
import org.sluice.policy.Approvers;

/** Chains of backends, whose names say what they answer. */
class ConsultationTest {

    private static final Asked REQUEST =
            new Asked(1, "box", 7, "cat", Bytes.utf8("/a"), true, false, Duration.ofSeconds(60));

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private Answer answer(String name) throws InterruptedException {
        asked.add(name);
        String word = name.substring(name.indexOf('.') + 1);
        if (word.equals("fail")) {
            throw new IllegalStateException("nobody is there");
        }
        if (word.equals("wait")) {
            try {
                new CountDownLatch(1).await();
            } finally {
                asked.add("interrupted");
            }
        }
        return Answer.valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }

    private Answer ask(String text) throws InterruptedException {
        return new Consultation(Approvers.parse(text), (name, request) -> answer(name)).ask(REQUEST);
    }

    @ParameterizedTest
    @CsvSource({
        "a.session, SESSION",
        "all a.always b.once c.session, ONCE",
        "all a.always b.always, ALWAYS",
        "all a.once b.deny c.once, DENY",
        "all a.never b.once, NEVER",
        "any a.deny b.session, SESSION",
        "any a.fail b.once, ONCE",
        "any a.deny b.deny, DENY",
        "any a.wait b.never, NEVER",
        "any a.wait b.always c.wait, ALWAYS"
    })
    void answers(String text, Answer expected) throws InterruptedException {
        assertEquals(expected, ask(text));
    }

    @Test
    void whoWaitsHasLetGoWhenTheOthersAnswerCounts() throws InterruptedException {
        ask("any a.wait b.once");
        assertEquals("interrupted", asked.get(asked.size() - 1));
    }

    @Test
    void allStopAtTheFirstNo() throws InterruptedException {
        ask("all a.once b.deny c.once");
        assertEquals(List.of("a.once", "b.deny"), asked);
    }

    @ParameterizedTest
    @CsvSource({"a.fail", "all a.once b.fail", "any a.fail b.deny", "any a.fail b.fail"})
    void aFailureIsNoAnswer(String text) {
        assertEquals(
                "nobody is there",
                assertThrows(IllegalStateException.class, () -> ask(text)).getMessage());
    }

    @Test
    void anInterruptReachesThoseWhoAreAsked() throws InterruptedException {
        Map<Boolean, String> outcome = Collections.synchronizedMap(new java.util.HashMap<>());
        Thread thread = new Thread(() -> {
            try {
                ask("any a.wait b.wait");
            } catch (InterruptedException e) {
                outcome.put(true, "interrupted");
            }
        });
        thread.start();
        while (asked.size() < 2) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertEquals(Map.of(true, "interrupted"), outcome);
        assertEquals(2, asked.stream().filter("interrupted"::equals).count());
    }
}
