package org.sluice.launcher.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

class PromptTest {

    @ParameterizedTest
    @CsvSource({
        "o, ONCE",
        "once, ONCE",
        "S, SESSION",
        "session, SESSION",
        "a, ALWAYS",
        "always, ALWAYS",
        "n, DENY",
        "no, DENY",
        "'', DENY",
        "never, NEVER",
        "' once ', ONCE"
    })
    void wordsAreAnswers(String line, Answer expected) {
        assertEquals(Optional.of(expected), Prompt.read(line));
    }

    /** What a terminal sends by itself begins with an escape, and half a word is none. */
    @ParameterizedTest
    @ValueSource(
            strings = {"y", "yes", "alw", "nev", "\u001b[?1;2co", "\u001b[2;5Ronce", "o\u0008", "once\u0000", "\u009bo"
            })
    void nothingElseIs(String line) {
        assertEquals(Optional.empty(), Prompt.read(line));
    }

    @Test
    void theQuestionHasNothingThatATerminalActsOn() {
        byte[] bytes = new byte[255];
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
            name.append((char) (i + 1));
        }
        String text = Prompt.question(new Request(name.toString(), Bytes.of(bytes)));
        assertTrue(text.replace("\r\n", "").chars().allMatch(c -> c >= ' ' && c < 0x7f), text);
        assertEquals(4, text.split("\r\n", -1).length, "the lines are the question's own");
        assertFalse(text.contains("\\x00"));
    }

    private record Request(String command, Bytes path) implements ApprovalRequest {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public String sandbox() {
            return "box";
        }

        @Override
        public int pid() {
            return 7;
        }

        @Override
        public boolean reads() {
            return true;
        }

        @Override
        public boolean writes() {
            return false;
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(60);
        }
    }
}
