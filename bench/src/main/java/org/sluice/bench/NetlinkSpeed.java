package org.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.core.HandlerStatus;
import org.sluice.policy.Profile;

/**
 * if_nameindex(3) in a sandbox, whose interfaces are of a private network or synthetic, beside the same in a network namespace
 * of the same topology: under the default profile, and with the handler of interfaces alone. And a byte to and fro over a
 * socketpair, beside the same natively. In turns. Arguments: the folder of the programs, how many turns.
 */
public final class NetlinkSpeed {

    private static final String NAMES = "2000";
    private static final String ROUNDS = "50000";
    private static final String MORE_ROUNDS = "500000";
    private static final int WARM_UP = 8;

    private NetlinkSpeed() {}

    /** Prints the ratios of Sluice to native, and how many notifications few and many rounds made. */
    public static void main(String[] arguments) throws Exception {
        String program = arguments[0] + "/interfaces";
        int turns = Integer.parseInt(arguments[1]);
        try (Bench bench = new Bench()) {
            for (String mode : List.of("kernel", "synthetic")) {
                Profile profile =
                        Bench.DEFAULT.with().read(program).netlink(mode).build();
                Profile alone =
                        Bench.INTERFACES.with().read(program).netlink(mode).build();
                String goal = mode.equals("kernel") ? "1.6" : "4";
                names(bench, turns, mode + ", default profile", profile, program, goal);
                names(bench, turns, mode + ", handler netlink alone", alone, program, goal);
                List<Double> bare = new ArrayList<>();
                List<Double> pings = new ArrayList<>();
                for (int turn = 0; turn < turns; turn++) {
                    bare.addAll(Numbers.run(program, "ping", ROUNDS));
                    pings.addAll(bench.run(profile, program, "ping", ROUNDS));
                }
                print(mode + ", ping-pong", bare, pings, "1");
                System.out.printf(
                        "%s, notifications of ping-pong: %d in %s rounds, %d in %s%n",
                        mode,
                        calls(bench, profile, program, ROUNDS),
                        ROUNDS,
                        calls(bench, profile, program, MORE_ROUNDS),
                        MORE_ROUNDS);
            }
        }
    }

    private static void names(Bench bench, int turns, String what, Profile profile, String program, String goal)
            throws Exception {
        List<Double> natives = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int turn = -WARM_UP; turn < turns; turn++) {
            List<Double> alone = Numbers.run(program, "names", NAMES, "alone");
            List<Double> inSluice = bench.run(profile, program, "names", NAMES);
            if (turn >= 0) {
                natives.addAll(alone);
                ours.addAll(inSluice);
            }
        }
        print(what + ", if_nameindex", natives, ours, goal);
    }

    private static void print(String what, List<Double> natives, List<Double> ours, String goal) {
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < ours.size(); turn++) {
            ratios.add(ours.get(turn) / natives.get(turn));
        }
        System.out.printf(
                "%s: native %.1f us, Sluice %.1f us, ratio of turns %s (goal %s)%n",
                what, Numbers.median(natives), Numbers.median(ours), Numbers.spread(ratios), goal);
    }

    private static long calls(Bench bench, Profile profile, String program, String rounds) throws Exception {
        AtomicLong sum = new AtomicLong();
        bench.run(
                profile,
                handlers -> sum.set(
                        handlers.stream().mapToLong(HandlerStatus::calls).sum()),
                program,
                "ping",
                rounds);
        return sum.get();
    }
}
