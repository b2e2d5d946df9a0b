package org.sluice.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A trapped call that a trivial handler answers, beside the same call answered by a minimal loop in C, in turns. Arguments:
 * the folder with the compiled programs, how many turns.
 */
public final class TrappedCall {

    private static final String ROUNDS = "10";
    private static final String CALLS = "20000";

    private TrappedCall() {}

    /** Prints nanoseconds for each call and their ratio. */
    public static void main(String[] arguments) throws Exception {
        Path programs = Path.of(arguments[0]);
        int turns = Integer.parseInt(arguments[1]);
        String target = programs.resolve("getppid").toString();
        String loop = programs.resolve("loop").toString();
        List<Double> natives = new ArrayList<>();
        List<Double> loops = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        try (Bench bench = new Bench()) {
            bench.run(Bench.TRIVIAL, target, ROUNDS, CALLS);
            for (int turn = 0; turn < turns; turn++) {
                natives.addAll(Numbers.run(target, ROUNDS, CALLS));
                loops.addAll(Numbers.run(loop, target, ROUNDS, CALLS));
                ours.addAll(bench.run(Bench.TRIVIAL, target, ROUNDS, CALLS));
            }
        }
        double c = Numbers.median(loops);
        double sluice = Numbers.median(ours);
        System.out.printf(
                "getppid: native %.0f ns, C loop %.0f ns, Sluice %.0f ns, ratio %.2f (goal 1.25)%n",
                Numbers.median(natives), c, sluice, sluice / c);
    }
}
