package org.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import org.sluice.core.Sandbox;

/**
 * A server in a sandbox under the default profile's handlers and its clients outside, beside both natively, in turns.
 * Arguments: how many turns, the server's script, the clients' script, a port, how much work they do; the first script is
 * given the port and ends when the second, which is given both, has shut the server down and printed requests a second.
 */
public final class ServerLoad {

    private ServerLoad() {}

    /** Prints the ratio of Sluice to native for each line that the clients print. */
    public static void main(String[] arguments) throws Exception {
        int turns = Integer.parseInt(arguments[0]);
        String[] server = {arguments[1], arguments[3]};
        String[] clients = {arguments[2], arguments[3], arguments[4]};
        List<List<Double>> natives = new ArrayList<>();
        List<List<Double>> ours = new ArrayList<>();
        try (Bench bench = new Bench()) {
            for (int turn = 0; turn < turns; turn++) {
                // By turns, too, who is first.
                if (turn % 2 == 0) {
                    natives.add(alone(server, clients));
                }
                ours.add(inSandbox(bench, server, clients));
                if (turn % 2 == 1) {
                    natives.add(alone(server, clients));
                }
            }
        }
        Load.compare(natives, ours);
    }

    private static List<Double> alone(String[] server, String[] clients) throws Exception {
        Process process = new ProcessBuilder(server).inheritIO().start();
        try {
            return Numbers.run(clients);
        } finally {
            process.waitFor();
        }
    }

    private static List<Double> inSandbox(Bench bench, String[] server, String[] clients) throws Exception {
        try (Sandbox sandbox = bench.start(Bench.DEFAULT, server)) {
            List<Double> printed = Numbers.run(clients);
            sandbox.end().get();
            return printed;
        }
    }
}
