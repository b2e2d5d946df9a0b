package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.Sandbox;
import org.sluice.linux.Linux;
import org.sluice.policy.ProfileLoader;

/**
 * Descriptors, threads, heap and native memory are where they were after many notifications and many sandboxes. How many:
 * {@code -Dsluice.leak.notifications} and {@code -Dsluice.leak.sandboxes}.
 */
class LeakTest {

    private static final int NOTIFICATIONS = Integer.getInteger("sluice.leak.notifications", 10_000);
    private static final int SANDBOXES = Integer.getInteger("sluice.leak.sandboxes", 100);
    private static final int WARM_UP = 40;

    /** Caches of the JDK and counters of the core may still grow by this much, however many sandboxes there were. */
    private static final long SLACK_BYTES = 2_000_000;

    /** A thread that had nothing to do before may take its own working memory; what leaks is counted in thousands. */
    private static final long SLACK_BLOCKS = 64;

    @TempDir
    private Path folder;

    /**
     * What is held.
     *
     * @param threads of the core
     * @param blocks direct buffers
     */
    private record Holding(long descriptors, long threads, long blocks, long heap) {

        static Holding now() throws Exception {
            long descriptors = count(Path.of("/proc/self/fd"));
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("sluice-"))
                    .count();
            System.gc();
            System.gc();
            long blocks = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getCount)
                    .sum();
            return new Holding(
                    descriptors,
                    threads,
                    blocks,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }

        /** Spare threads of an ended sandbox and cleaners of buffers need a moment: awaited, with a deadline. */
        static Holding settled(Holding before) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            Holding now = now();
            while (!now.isWithin(before) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(100);
                now = now();
            }
            return now;
        }

        boolean isWithin(Holding before) {
            return descriptors <= before.descriptors
                    && threads <= before.threads
                    && blocks <= before.blocks + SLACK_BLOCKS
                    && heap <= before.heap + SLACK_BYTES;
        }

        private static long count(Path folder) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.count();
            }
        }
    }

    @Test
    void sandboxesLeaveNothingBehind() throws Exception {
        try (Arena arena = Arena.standard(folder, List.of())) {
            int fd = Arena.open(folder.resolve("output"));
            try {
                cycle(arena, fd, WARM_UP);
                Holding before = Holding.now();
                cycle(arena, fd, SANDBOXES);
                Holding after = Holding.settled(before);
                assertTrue(after.isWithin(before), SANDBOXES + " sandboxes: " + before + " became " + after);
            } finally {
                Linux.close(fd);
            }
        }
    }

    private static void cycle(Arena arena, int fd, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (Sandbox sandbox = arena.start(new ProfileLoader().load("open"), fd, "/bin/true")) {
                assertEquals(0, sandbox.end().get(30, TimeUnit.SECONDS).shellCode());
            }
        }
    }

    @Test
    void notificationsLeaveNothingBehind() throws Exception {
        String program = Programs.compile(folder, "churn").toString();
        try (Arena arena = Arena.standard(folder, List.of())) {
            churn(arena, program, 1000);
            Holding before = Holding.now();
            churn(arena, program, NOTIFICATIONS);
            Holding after = Holding.settled(before);
            assertTrue(after.isWithin(before), NOTIFICATIONS + " notifications: " + before + " became " + after);
        }
    }

    /** In a method of its own: a local variable of a frame that is still there would hold the ended sandbox. */
    private static void churn(Arena arena, String program, int times) throws Exception {
        Arena.Result result = arena.run(new ProfileLoader().load("server"), program, Integer.toString(times));
        assertEquals("done\n", result.output());
        assertEquals(0, result.status());
    }
}
