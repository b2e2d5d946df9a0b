package org.sluice.core.attack;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;
import org.sluice.policy.DenialRecord;

/**
 * Runs a command in a sandbox, prints what it prints, and then a line behind a bar for everything that the supervisor put on
 * record. What the rules have to log comes between. Arguments: a folder, what a profile says beside its files ({@link Arena#profile}), the command.
 */
final class RecordMain {

    private static final int COMMAND = 2;

    private RecordMain() {}

    public static void main(String[] arguments) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.log.org.sluice.policy", "warn");
        System.setProperty("org.slf4j.simpleLogger.logFile", "System.out");
        Queue<String> record = new ConcurrentLinkedQueue<>();
        try (Arena arena = Arena.standard(Path.of(arguments[0]), List.of())) {
            arena.tell(new Recording(record));
            Arena.Result result =
                    arena.run(Arena.profile(arguments[1]), Arrays.copyOfRange(arguments, COMMAND, arguments.length));
            System.out.print(result.output());
            record.forEach(line -> System.out.println("| " + line));
            System.out.println("| status " + result.status());
        }
    }

    /** Takes down denials, events and messages, each as a line. */
    private record Recording(Queue<String> record) implements SandboxEvents {

        @Override
        public void denied(DenialRecord denial) {
            record.add("denied " + denial.syscall() + " " + denial.denial().operation() + " "
                    + denial.denial().target() + ": " + denial.denial().reason() + "; "
                    + denial.denial().remedy());
        }

        @Override
        public void event(String sandbox, Event event) {
            record.add("event " + event.operation() + " " + event.fields().getOrDefault("rule", ""));
        }

        @Override
        public void told(String sandbox, String message) {
            record.add("told " + message);
        }
    }
}
