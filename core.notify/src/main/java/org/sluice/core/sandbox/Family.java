package org.sluice.core.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.target.ProcessStat;

/**
 * Knows which processes are of one sandbox: those with one of its guards among their ancestors. A guard adopts orphans,
 * so the line of parents never leaves the sandbox before it reaches the guard. Thread-safe.
 */
final class Family {

    private static final Logger LOG = LoggerFactory.getLogger(Family.class);

    private static final int INIT = 1;
    private static final String SOCKET = "socket:[";

    private final Set<Integer> guards = ConcurrentHashMap.newKeySet();

    void add(int guard) {
        guards.add(guard);
    }

    void remove(int guard) {
        guards.remove(guard);
    }

    /** Whether a process or thread is of this sandbox; a guard itself is not. */
    boolean contains(int pid) {
        int at = ProcessStat.parent(pid);
        while (at > INIT) {
            if (guards.contains(at)) {
                return true;
            }
            at = ProcessStat.parent(at);
        }
        return false;
    }

    /** Whether a thread is of a process that a guard started, or adopted. */
    boolean isFirst(int tid) {
        return guards.contains(ProcessStat.parent(tid));
    }

    /** The inodes of the sockets that these processes hold. One that goes meanwhile, or may not be looked into, has none. */
    Set<Long> sockets() {
        Set<Long> inodes = new HashSet<>();
        File[] entries = new File("/proc").listFiles((folder, name) -> name.matches("[0-9]+"));
        for (File process : entries == null ? new File[0] : entries) {
            if (contains(Integer.parseInt(process.getName()))) {
                addSockets(process.toPath().resolve("fd"), inodes);
            }
        }
        return inodes;
    }

    private static void addSockets(Path descriptors, Set<Long> inodes) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                String target = target(descriptor);
                if (target.startsWith(SOCKET)) {
                    inodes.add(Long.parseLong(target, SOCKET.length(), target.length() - 1, 10));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("the sockets below {} are not all known", descriptors, e);
        }
    }

    /** What a descriptor refers to, empty if it is closed by now. */
    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
