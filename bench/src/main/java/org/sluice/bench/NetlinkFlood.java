package org.sluice.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.sluice.policy.Profile;

/**
 * A sandbox asks of its interfaces over and over and reads no answer, while another one of the same supervisor works. Fails
 * if anything grows. Arguments: the folder of the programs, how many requests.
 */
public final class NetlinkFlood {

    private static final String SECONDS = "1";
    private static final String FEW = "20000";
    private static final int ROUNDS = 5;

    private NetlinkFlood() {}

    /** What this process holds, after a collection of garbage. */
    private record Held(long descriptors, long threads, long heap, long resident) {

        static Held now() throws IOException {
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
            try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(all.count(), Thread.getAllStackTraces().size(), heap >> 10, resident);
            }
        }

        @Override
        public String toString() {
            return descriptors + " descriptors, " + threads + " threads, " + heap + " KiB of heap, " + resident
                    + " KiB resident";
        }
    }

    /** Prints what is held before and after, and how the other sandbox fared. */
    public static void main(String[] arguments) throws Exception {
        String program = arguments[0] + "/interfaces";
        try (Bench bench = new Bench()) {
            for (String mode : List.of("kernel", "synthetic")) {
                Profile profile =
                        Bench.DEFAULT.with().read(program).netlink(mode).build();
                // What is loaded and made once is so before it is counted.
                bench.run(profile, program, "flood", FEW);
                bench.run(profile, program, "work", SECONDS);
                List<List<Double>> alone = new ArrayList<>();
                for (int i = 0; i < ROUNDS; i++) {
                    alone.add(bench.run(profile, program, "work", SECONDS));
                }
                Held before = Held.now();
                CompletableFuture<Double> flood = new CompletableFuture<>();
                Thread thread = new Thread(() -> {
                    try {
                        flood.complete(bench.run(profile, program, "flood", arguments[1])
                                .get(0));
                    } catch (Exception e) {
                        flood.completeExceptionally(e);
                    }
                });
                thread.start();
                List<List<Double>> beside = new ArrayList<>();
                do {
                    beside.add(bench.run(profile, program, "work", SECONDS));
                } while (!flood.isDone());
                thread.join();
                Held after = Held.now();
                System.out.printf("%s: %s requests, %.0f a second%n", mode, arguments[1], flood.get());
                System.out.println("  the other, alone:  " + told(alone));
                System.out.println("  the other, beside: " + told(beside));
                System.out.println("  before: " + before);
                System.out.println("  after:  " + after);
                if (after.descriptors > before.descriptors || after.threads > before.threads) {
                    throw new IllegalStateException("something is left of the flood");
                }
            }
        }
    }

    private static String told(List<List<Double>> seconds) {
        double least = seconds.stream().mapToDouble(each -> each.get(0)).min().orElseThrow();
        double longest = seconds.stream().mapToDouble(each -> each.get(1)).max().orElseThrow();
        return String.format(
                "%d seconds, at least %.0f calls in each, the longest call %.1f ms",
                seconds.size(), least, longest / 1000);
    }
}
