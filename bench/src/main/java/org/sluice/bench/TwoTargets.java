package org.sluice.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Trapped calls of two sandboxes together, one to a processor, beside those of one alone. Arguments: the folder with the
 * compiled programs, how many turns.
 */
public final class TwoTargets {

    private static final String ROUNDS = "10";
    private static final String CALLS = "20000";

    private TwoTargets() {}

    /** Prints calls a second and their ratio. */
    public static void main(String[] arguments) throws Exception {
        Path programs = Path.of(arguments[0]);
        int turns = Integer.parseInt(arguments[1]);
        String target = programs.resolve("getppid").toString();
        List<Double> alone = new ArrayList<>();
        List<Double> together = new ArrayList<>();
        try (Bench bench = new Bench()) {
            both(bench, target);
            for (int turn = 0; turn < turns; turn++) {
                alone.add(rate(bench, target, turn % 2));
                together.add(both(bench, target));
            }
        }
        double one = Numbers.median(alone);
        double two = Numbers.median(together);
        System.out.printf(
                "one target %.0f calls/s, two together %.0f calls/s, ratio %.2f (goal 1.7)%n", one, two, two / one);
    }

    private static double both(Bench bench, String target) {
        CompletableFuture<Double> first = CompletableFuture.supplyAsync(() -> rate(bench, target, 0));
        CompletableFuture<Double> second = CompletableFuture.supplyAsync(() -> rate(bench, target, 1));
        return first.join() + second.join();
    }

    private static double rate(Bench bench, String target, int processor) {
        try {
            return 1e9
                    / Numbers.median(bench.run(
                            Bench.TRIVIAL, "taskset", "-c", Integer.toString(processor), target, ROUNDS, CALLS));
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
