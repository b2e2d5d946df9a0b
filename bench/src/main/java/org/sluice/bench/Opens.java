package org.sluice.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sluice.policy.Profile;

/**
 * Opening and closing a file under the default profile, beside a minimal supervisor in C that does the same work, in turns:
 * a file that the broker serves; and one that the kernel opens after a look at its path, because virtual files are on. The
 * first beside strace with its own filter too, and both beside the same natively. The program in C knows no protected places; a
 * supervisor that is started by {@code sluice} has some, which its own files are in, so that is measured, too.
 * Arguments: the folder with the compiled programs, how many turns.
 */
public final class Opens {

    private static final String ROUNDS = "10";
    private static final String TIMES = "2000";
    private static final int WARM_UP = 5;

    private Opens() {}

    /** Prints microseconds for each opening and the ratios. */
    public static void main(String[] arguments) throws Exception {
        Path programs = Path.of(arguments[0]);
        int turns = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("sluice-opens").toRealPath();
        Path file = Files.writeString(folder.resolve("file"), "content\n");
        String[] target = {programs.resolve("opens").toString(), file.toString(), ROUNDS, TIMES};
        String loop = programs.resolve("openloop").toString();
        Profile reader = Bench.DEFAULT.with().read(programs.toString()).build();
        Profile served = reader.with()
                .handler("openat", Map.of("read", List.of(folder.toString())))
                .build();
        Profile left = reader.with().read(folder.toString()).build();
        Path own = Files.createTempDirectory("sluice-own").toRealPath();
        String[] traced = before(target, "strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o", "/dev/null");
        try (Bench bench = new Bench();
                Bench guarding = new Bench(Bench.makePremises(own))) {
            compare(bench, turns, "served", served, target, before(target, loop, "serve"));
            compare(bench, turns, "served, beside strace", served, target, traced);
            compare(bench, turns, "left to the kernel", left, target, before(target, loop, "leave"));
            String guarded = "served, and looked for in protected places";
            compare(guarding, turns, guarded, served, target, before(target, loop, "serve"));
            compare(guarding, turns, guarded + ", beside strace", served, target, traced);
        } finally {
            Bench.remove(own);
            Bench.remove(folder);
        }
    }

    private static String[] before(String[] command, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(Arrays.asList(command));
        return all.toArray(String[]::new);
    }

    private static void compare(Bench bench, int turns, String what, Profile profile, String[] target, String[] other)
            throws Exception {
        List<Double> natives = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int turn = -WARM_UP; turn < turns; turn++) {
            List<Double> alone = Numbers.run(target);
            List<Double> beside = Numbers.run(other);
            List<Double> inSluice = bench.run(profile, target);
            if (turn >= 0) {
                natives.addAll(alone);
                others.addAll(beside);
                ours.addAll(inSluice);
                ratios.add(Numbers.median(inSluice) / Numbers.median(beside));
            }
        }
        System.out.printf(
                "%s: native %.1f us, %s %.1f us, Sluice %.1f us, ratio of turns %s%n",
                what,
                Numbers.median(natives) / 1000,
                Path.of(other[0]).getFileName(),
                Numbers.median(others) / 1000,
                Numbers.median(ours) / 1000,
                Numbers.spread(ratios));
    }
}
