package org.sluice.launcher.inside;

import java.util.Locale;
import java.util.Optional;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

/**
 * One question on the terminal, and its answer: a whole line that is one of the words, typed after the question was shown.
 * The command may share the terminal. It can neither type nor answer; what the terminal itself sends when a program asks it
 * something begins with an escape, and no line with a control character is an answer. It can write over the question, so
 * what was allowed is shown again after the answer.
 */
final class Prompt {

    private static final int LOOK_MILLIS = 50;
    private static final int LONGEST = 64;
    private static final int END_OF_INPUT = 4;

    private final Tty tty;
    private final Foreground foreground;
    private final ApprovalRequest request;
    private final StringBuilder line = new StringBuilder();

    Prompt(Tty tty, Foreground foreground, ApprovalRequest request) {
        this.tty = tty;
        this.foreground = foreground;
        this.request = request;
    }

    /** Asks, in the foreground; leaves the settings as they were, unless somebody set others meanwhile. */
    Answer run() throws InterruptedException {
        while (true) {
            foreground.take(() -> tty.show("\r\nsluice: " + who(request)
                    + " asks for an approval; bring it to the foreground (fg) to answer\r\n"));
            Optional<Answer> answer = ask();
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    /** The answer; empty if somebody took the foreground before there was one. */
    private Optional<Answer> ask() throws InterruptedException {
        Termios before = tty.settings();
        Termios during = before.forPeople();
        tty.show(question(request));
        line.setLength(0);
        try {
            invite(during);
            Optional<Answer> answer = answer(during);
            answer.ifPresent(given -> tty.show("sluice: " + result(given) + "\r\n"));
            return answer;
        } catch (InterruptedException e) {
            if (foreground.has()) {
                tty.show("\r\nsluice: not asked any more\r\n");
            }
            throw e;
        } finally {
            if (foreground.has() && tty.settings().equals(during)) {
                tty.set(before);
            }
        }
    }

    private static String who(ApprovalRequest request) {
        return Bytes.utf8(request.command()) + " (" + request.pid() + ")";
    }

    /** Names are the command's choice: what a terminal would act on is in no escaped form of them. */
    static String question(ApprovalRequest request) {
        return "\r\nsluice: " + who(request) + " in sandbox " + Bytes.utf8(request.sandbox()) + " asks to "
                + request.access() + "\r\n  " + request.path() + "\r\n";
    }

    /** Forgets what was typed before the question was shown, and nothing that is typed once the words can be read. */
    private void invite(Termios during) {
        tty.setAndForget(during);
        tty.show(choice());
    }

    private static String choice() {
        return "[o]nce, [s]ession, [a]lways, [n]o or never: ";
    }

    private String result(Answer answer) {
        String what =
                switch (answer) {
                    case ONCE -> "allowed once";
                    case SESSION -> "allowed for this session";
                    case ALWAYS -> "allowed always";
                    case DENY -> "denied";
                    case NEVER -> "denied for good";
                };
        return what + ": " + request.access() + " " + request.path();
    }

    private Optional<Answer> answer(Termios during) throws InterruptedException {
        while (foreground.has()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            for (byte each : tty.typed(LOOK_MILLIS)) {
                Optional<Answer> answer = take((char) (each & 0xff));
                if (answer.isPresent()) {
                    return answer;
                }
                if (each == '\n' || each == '\r') {
                    line.setLength(0);
                    tty.show("Please type one of these words. ");
                    invite(during);
                    break;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Answer> take(char typed) {
        if (typed == END_OF_INPUT) {
            tty.show("\r\n");
            return Optional.of(Answer.DENY);
        }
        if (typed != '\n' && typed != '\r') {
            line.append(line.length() < LONGEST ? Character.toString(typed) : "");
            return Optional.empty();
        }
        return read(line.toString());
    }

    /** A line as an answer. */
    static Optional<Answer> read(String line) {
        boolean plain = line.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        return plain
                ? switch (line.strip().toLowerCase(Locale.ROOT)) {
                    case "o", "once" -> Optional.of(Answer.ONCE);
                    case "s", "session" -> Optional.of(Answer.SESSION);
                    case "a", "always" -> Optional.of(Answer.ALWAYS);
                    case "", "n", "no", "d", "deny" -> Optional.of(Answer.DENY);
                    case "never" -> Optional.of(Answer.NEVER);
                    default -> Optional.empty();
                }
                : Optional.empty();
    }
}
