package org.sluice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** What of this process a guest could change (proc(5), prctl(2)). */
final class HostProcess {

    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_GET_CHILD_SUBREAPER = 37;

    private HostProcess() {}

    static Map<String, String> state() throws IOException {
        Map<String, String> state = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            String key = line.substring(0, line.indexOf(':'));
            switch (key) {
                case "Umask", "SigIgn", "SigCgt", "NoNewPrivs", "Seccomp", "CapEff", "CapBnd" -> state.put(key, line);
                default -> {}
            }
        }
        state.put("cwd", Files.readSymbolicLink(Path.of("/proc/self/cwd")).toString());
        state.put("descriptors", descriptors().toString());
        Block value = Block.allocate(8);
        SysException.check("prctl", value.with(at -> Linux.call(Nr.PRCTL, PR_GET_CHILD_SUBREAPER, at)));
        state.put("subreaper", Integer.toString(value.getInt(0)));
        state.put("dumpable", Long.toString(Linux.call(Nr.PRCTL, PR_GET_DUMPABLE, 0)));
        return state;
    }

    private static Set<String> descriptors() throws IOException {
        Set<String> all = new TreeSet<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : (Iterable<Path>) links::iterator) {
                String what = Files.isSymbolicLink(link)
                        ? Files.readSymbolicLink(link).toString()
                        : "";
                if (!what.matches("|/proc/[0-9]+/fd")) { // those with which this is read
                    all.add(link.getFileName() + " " + what);
                }
            }
        }
        return all;
    }
}
