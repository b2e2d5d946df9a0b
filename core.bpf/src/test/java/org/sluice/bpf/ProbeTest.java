package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sluice.landlock.Landlock;

class ProbeTest {

    @Test
    void findsWhatTheOtherTestsUse() {
        Probe probe = Probe.run();

        // These are the features that other tests of this module need on the same machine.
        for (String name : List.of("seccomp user notification", "notification layout", "listener", "pidfd_open")) {
            assertTrue(feature(probe, name).present(), probe.text());
        }
        assertEquals(Landlock.abi() > 0, feature(probe, "Landlock").present());
        probe.features().forEach(feature -> {
            assertFalse(feature.detail().isBlank(), feature.name());
            assertFalse(feature.cost().isBlank() && !feature.present(), feature.name());
        });
    }

    @Test
    void textFitsInto80Columns() {
        String text = Probe.run().text();

        text.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(text.contains("seccomp user notification"), text);
    }

    @Test
    void leavesTheProcessAsItWas() throws Exception {
        Probe.run();
        List<String> before = state();

        Probe.run();

        assertEquals(before, state());
    }

    /** Open descriptors by their aims, and what the threads say about filters and privileges. */
    private static List<String> state() throws Exception {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            long pidfdsAndListeners = descriptors
                    .filter(path -> {
                        Path aim = readLink(path);
                        return aim.toString().contains("pidfd")
                                || aim.toString().contains("seccomp");
                    })
                    .count();
            List<String> status = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Seccomp") || line.startsWith("NoNewPrivs"))
                    .toList();
            return Stream.concat(status.stream(), Stream.of("descriptors " + pidfdsAndListeners))
                    .toList();
        }
    }

    private static Path readLink(Path path) {
        try {
            return Files.readSymbolicLink(path);
        } catch (java.io.IOException e) {
            // The descriptor of the listing itself is gone by now.
            return Path.of("");
        }
    }

    private static Feature feature(Probe probe, String name) {
        return probe.features().stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
