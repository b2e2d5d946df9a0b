package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sluice.core.trap.Names;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapParser;

/**
 * The virtual files of a handler in one sandbox, and the traps that they entail. Immutable; refers to nothing of the
 * handler's.
 *
 * @param files paths of files
 * @param folders paths of directories, with a slash at the end
 * @param anywhere whether some are outside procfs and sysfs
 * @param traps the calls that open files; none where there are no paths
 */
record Places(Set<String> files, List<String> folders, boolean anywhere, List<Trap> traps) {

    /** No virtual files. */
    static final Places NONE = new Places(Set.of(), List.of(), false, List.of());

    private static final List<String> OPENING = List.of("open", "openat", "openat2", "creat");

    /**
     * Of the paths that a handler names.
     *
     * @throws IllegalArgumentException for a path that no opened file can have
     */
    static Places of(Set<String> paths, Names names) {
        if (paths.isEmpty()) {
            return NONE;
        }
        Set<String> files = new HashSet<>();
        List<String> folders = new ArrayList<>();
        boolean anywhere = false;
        for (String path : paths) {
            String whole = path + "/";
            if (!path.startsWith("/") || path.contains("//") || whole.contains("/./") || whole.contains("/../")) {
                throw new IllegalArgumentException("the virtual file \"" + path
                        + "\" has no canonical path; write it with a slash at its beginning and without //, . and ..");
            }
            anywhere |= !path.startsWith("/proc/") && !path.startsWith("/sys/");
            if (path.endsWith("/")) {
                folders.add(path);
            } else {
                files.add(path);
            }
        }
        return new Places(Set.copyOf(files), List.copyOf(folders), anywhere, opening(names));
    }

    private static List<Trap> opening(Names names) {
        List<Trap> traps = new ArrayList<>();
        for (String name : OPENING) {
            if (names.number(name).isPresent()) {
                traps.add(TrapParser.parse(name, names));
            }
        }
        return List.copyOf(traps);
    }

    /** Whether a call opens one of these files. */
    boolean hold(Notification call) {
        if (!isTrapped(call.number())) {
            return false;
        }
        Optional<String> name = call.virtualName(anywhere);
        return name.isPresent() && (files.contains(name.get()) || isInFolder(name.get()));
    }

    private boolean isTrapped(int number) {
        for (int i = 0; i < traps.size(); i++) {
            if (traps.get(i).number() == number) {
                return true;
            }
        }
        return false;
    }

    private boolean isInFolder(String name) {
        for (int i = 0; i < folders.size(); i++) {
            String folder = folders.get(i);
            if (name.startsWith(folder) || (name.length() == folder.length() - 1 && folder.startsWith(name))) {
                return true;
            }
        }
        return false;
    }
}
