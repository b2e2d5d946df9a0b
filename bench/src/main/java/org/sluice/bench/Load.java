package org.sluice.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.core.HandlerStatus;

/**
 * A server and its clients in one sandbox under the default profile's handlers, beside the same natively, in turns. After
 * that the sandbox does ten times the work, to see whether it makes more notifications. Arguments: how many turns, a script,
 * how much work it does, and what else it is told; the script prints requests a second, one line for each kind.
 */
public final class Load {

    private static final int MORE = 10;

    private Load() {}

    /** Prints the ratio of Sluice to native, and notifications for little and much work. */
    public static void main(String[] arguments) throws Exception {
        int turns = Integer.parseInt(arguments[0]);
        String[] script = Arrays.copyOfRange(arguments, 1, arguments.length);
        List<List<Double>> natives = new ArrayList<>();
        List<List<Double>> ours = new ArrayList<>();
        try (Bench bench = new Bench()) {
            for (int turn = 0; turn < turns; turn++) {
                // By turns, too, who is first.
                if (turn % 2 == 0) {
                    natives.add(Numbers.run(script));
                }
                ours.add(bench.run(Bench.DEFAULT, script));
                if (turn % 2 == 1) {
                    natives.add(Numbers.run(script));
                }
            }
            compare(natives, ours);
            long work = Long.parseLong(arguments[2]);
            String[] more = script.clone();
            more[1] = Long.toString(MORE * work);
            System.out.printf(
                    "notifications: %d for work %d, %d for work %d%n",
                    calls(bench, script), work, calls(bench, more), MORE * work);
        }
    }

    /** Prints the ratio of each kind; a row has the kinds of a turn. */
    static void compare(List<List<Double>> natives, List<List<Double>> ours) {
        for (int kind = 0; kind < ours.get(0).size(); kind++) {
            print(column(natives, kind), column(ours, kind));
        }
    }

    private static void print(List<Double> natives, List<Double> ours) {
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < ours.size(); turn++) {
            ratios.add(ours.get(turn) / natives.get(turn));
        }
        System.out.printf(
                "requests/s: native %.0f, Sluice %.0f, ratio of turns %s (goal 0.97)%n",
                Numbers.median(natives), Numbers.median(ours), Numbers.spread(ratios));
    }

    private static List<Double> column(List<List<Double>> rows, int kind) {
        return rows.stream().map(row -> row.get(kind)).toList();
    }

    /** How often the handlers were called; each notification is seen by one at least. */
    private static long calls(Bench bench, String... command) throws Exception {
        AtomicLong sum = new AtomicLong();
        bench.run(
                Bench.DEFAULT,
                handlers -> sum.set(
                        handlers.stream().mapToLong(HandlerStatus::calls).sum()),
                command);
        return sum.get();
    }
}
