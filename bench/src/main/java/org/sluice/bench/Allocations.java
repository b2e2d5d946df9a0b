package org.sluice.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the supervisor allocates while a target makes socket calls, by the samples of the flight recorder
 * (jdk.ObjectAllocationSample). Arguments: the folder with the compiled programs, how many rounds of 2000 sequences, how
 * many lines of each list, then what the target does: bind, rebind, connect, sendto.
 */
public final class Allocations {

    private static final String TIMES = "2000";
    private static final String WARM_UP = "30";
    private static final String OURS = "org.sluice.";

    private Allocations() {}

    /** Prints bytes for each sequence of calls, and the places and classes that have most of them. */
    public static void main(String[] arguments) throws Exception {
        String program = Path.of(arguments[0]).resolve("socketcalls").toString();
        int lines = Integer.parseInt(arguments[2]);
        try (Bench bench = new Bench()) {
            for (String mode : List.of(arguments).subList(3, arguments.length)) {
                bench.run(Bench.DEFAULT, program, mode, WARM_UP, TIMES);
                print(mode, Integer.parseInt(arguments[1]), lines, record(bench, program, mode, arguments[1]));
            }
        }
    }

    private static List<RecordedEvent> record(Bench bench, String program, String mode, String rounds)
            throws Exception {
        Path file = Files.createTempFile("sluice-bench", ".jfr");
        try (Recording recording = new Recording()) {
            recording
                    .enable("jdk.ObjectAllocationSample")
                    .with("throttle", "2000/s")
                    .withStackTrace();
            recording.start();
            bench.run(Bench.DEFAULT, program, mode, rounds, TIMES);
            recording.stop();
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(Allocations::isOfSupervisor)
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isOfSupervisor(RecordedEvent event) {
        RecordedThread thread = event.getThread("eventThread");
        return event.getEventType().getName().equals("jdk.ObjectAllocationSample")
                && thread != null
                && thread.getJavaName() != null
                && thread.getJavaName().startsWith("sluice-");
    }

    private static void print(String mode, int rounds, int lines, List<RecordedEvent> events) {
        long total = events.stream().mapToLong(event -> event.getLong("weight")).sum();
        System.out.printf(
                "%s: %d bytes for each sequence, by %d samples%n",
                mode, total / rounds / Integer.parseInt(TIMES), events.size());
        list("allocated in", lines, total, events, event -> place(event));
        list("of class", lines, total, events, Allocations::type);
        list("class and place", lines, total, events, event -> type(event) + " in " + place(event));
    }

    private static void list(
            String title, int lines, long total, List<RecordedEvent> events, Function<RecordedEvent, String> key) {
        Map<String, Long> weights = new HashMap<>();
        events.forEach(event -> weights.merge(key.apply(event), event.getLong("weight"), Long::sum));
        System.out.println("  " + title);
        weights.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(lines)
                .forEach(entry ->
                        System.out.printf("    %5.1f %%  %s%n", 100.0 * entry.getValue() / total, entry.getKey()));
    }

    private static String type(RecordedEvent event) {
        RecordedClass type = event.getClass("objectClass");
        return type == null ? "?" : type.getName();
    }

    /** The innermost frame of ours, which is whom to ask. */
    private static String place(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        Optional<RecordedFrame> ours = trace == null
                ? Optional.empty()
                : trace.getFrames().stream()
                        .filter(frame -> frame.getMethod().getType().getName().startsWith(OURS))
                        .findFirst();
        return ours.map(frame -> frame.getMethod().getType().getName().substring(OURS.length()) + "."
                        + frame.getMethod().getName() + ":" + frame.getLineNumber())
                .orElse("elsewhere");
    }
}
