package org.sluice.target.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Errno;
import org.sluice.target.Attempt;

/** The kernel shows the network of a resident in its files, and nothing is left of it when it is closed. */
class ResidentTest {

    private static Path own(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static NetworkNamespace make() {
        Attempt<NetworkNamespace> made = NetworkNamespace.make();
        Assumptions.assumeTrue(made.succeeded(), () -> "no network namespace here: " + Errno.describe(made.errno()));
        NetworkNamespace network = made.get();
        network.furnish(Topology.of(List.of("sluice7=10.1.2.3/24")));
        return network;
    }

    @Test
    void showsTheNetworkThatItLivesIn() throws Exception {
        try (NetworkNamespace network = make();
                Resident resident = network.resident().get()) {
            String table = Files.readString(own(resident.net()).resolve("dev"), StandardCharsets.US_ASCII);
            assertTrue(table.contains("sluice7:") && table.contains("lo:"), table);
            assertTrue(names(own(resident.net())).contains("route"));
            Assumptions.assumeTrue(resident.sys() >= 0, "no sysfs may be mounted here");
            assertEquals(List.of("lo", "sluice7"), names(own(resident.sys()).resolve("class/net")));
            network.remove("sluice7");
            assertEquals(List.of("lo"), names(own(resident.sys()).resolve("class/net")));
        }
    }

    @Test
    void leavesNothing() throws Exception {
        List<String> before = names(Path.of("/proc/self/fd"));
        int pid;
        try (NetworkNamespace network = make();
                Resident resident = network.resident().get()) {
            pid = resident.pid();
            assertTrue(Files.exists(Path.of("/proc", Integer.toString(pid))));
            // It holds nothing but what it waits for, and what it told of its start with.
            assertEquals(List.of("0", "1"), names(Path.of("/proc", Integer.toString(pid), "fd")));
        }
        assertFalse(Files.exists(Path.of("/proc", Integer.toString(pid))));
        assertEquals(before, names(Path.of("/proc/self/fd")));
    }
}
