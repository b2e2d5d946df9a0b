package org.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.Sandbox;

/** Starts /bin/true natively and in a sandbox of a running supervisor, in turns. Argument: how many turns. */
public final class StartTrue {

    private static final int WARM_UP = 50;

    private StartTrue() {}

    /** Prints milliseconds until start returns and until everything has ended. */
    public static void main(String[] arguments) throws Exception {
        int turns = Integer.parseInt(arguments[0]);
        List<Double> natives = new ArrayList<>();
        List<Double> nativeEnds = new ArrayList<>();
        List<Double> starts = new ArrayList<>();
        List<Double> exits = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        try (Bench bench = new Bench()) {
            for (int turn = -WARM_UP; turn < turns; turn++) {
                if (turn == 0) {
                    natives.clear();
                    nativeEnds.clear();
                    starts.clear();
                    exits.clear();
                    ends.clear();
                }
                long start = System.nanoTime();
                Process process = new ProcessBuilder("/bin/true").inheritIO().start();
                natives.add(since(start));
                process.waitFor();
                nativeEnds.add(since(start));
                start = System.nanoTime();
                Sandbox sandbox = bench.start(Bench.OPEN, "/bin/true");
                starts.add(since(start));
                sandbox.main().exit().join();
                exits.add(since(start));
                sandbox.end().join();
                ends.add(since(start));
            }
        }
        print("ProcessBuilder", natives, nativeEnds);
        print("Sluice", starts, exits);
        System.out.printf(
                "until everything is released %.2f ms; exit to exit %+.2f ms (goal +2)%n",
                Numbers.median(ends), Numbers.median(exits) - Numbers.median(nativeEnds));
    }

    private static void print(String name, List<Double> starts, List<Double> ends) {
        System.out.printf(
                "%-14s start %.2f ms, exit known after %.2f ms%n", name, Numbers.median(starts), Numbers.median(ends));
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
