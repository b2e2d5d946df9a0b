package org.sluice.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Socket calls on loopback under the default profile's handlers, beside a minimal supervisor in C that makes them in the
 * target's place too, in turns. Arguments: the folder with the compiled programs, how many turns, then what the target
 * does: bind, rebind, connect.
 */
public final class SocketCalls {

    private static final String ROUNDS = "10";
    private static final String TIMES = "2000";
    private static final int WARM_UP = 5;

    private SocketCalls() {}

    /** Prints nanoseconds for each sequence of calls and their ratio. */
    public static void main(String[] arguments) throws Exception {
        Path programs = Path.of(arguments[0]);
        int turns = Integer.parseInt(arguments[1]);
        try (Bench bench = new Bench()) {
            for (String mode : List.of(arguments).subList(2, arguments.length)) {
                compare(bench, programs, turns, mode);
            }
        }
    }

    private static void compare(Bench bench, Path programs, int turns, String mode) throws Exception {
        String loop = programs.resolve("socketloop").toString();
        String[] target = {programs.resolve("socketcalls").toString(), mode, ROUNDS, TIMES};
        String[] supervised = {loop, target[0], mode, ROUNDS, TIMES};
        List<Double> natives = new ArrayList<>();
        List<Double> loops = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int turn = -WARM_UP; turn < turns; turn++) {
            List<Double> alone = Numbers.run(target);
            List<Double> inC = Numbers.run(supervised);
            List<Double> inSluice = bench.run(Bench.DEFAULT, target);
            if (turn >= 0) {
                natives.addAll(alone);
                loops.addAll(inC);
                ours.addAll(inSluice);
                ratios.add(Numbers.median(inSluice) / Numbers.median(inC));
            }
        }
        System.out.printf(
                "%-7s native %.1f us, C loop %.1f us, Sluice %.1f us, ratio %.2f (goal 1.5), of turns %s%n",
                mode,
                Numbers.median(natives) / 1000,
                Numbers.median(loops) / 1000,
                Numbers.median(ours) / 1000,
                Numbers.median(ours) / Numbers.median(loops),
                Numbers.spread(ratios));
    }
}
