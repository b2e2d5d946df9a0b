package org.sluice.core.approval;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Bytes;

/**
 * What was decided about paths, each with its access. Yes to reading and yes to writing are yes to both; no to one of them
 * is no to both together. The newest word about an access counts. Bounded: the oldest path is forgotten first, and then
 * asked about again. Thread-safe.
 */
final class Decisions {

    /** How many paths are kept. */
    static final int KEPT = 4096;

    private static final int READ = 1;
    private static final int WRITE = 2;

    private final Map<Bytes, Said> paths = new LinkedHashMap<>();

    /**
     * What was said of one path.
     *
     * @param yes the bits of what is allowed
     * @param no the bits of what is not
     */
    private record Said(int yes, int no) {}

    /** The decision about an access, if there is one. */
    synchronized Optional<Boolean> about(Bytes path, boolean reads, boolean writes) {
        Said said = paths.get(path);
        int asked = bits(reads, writes);
        if (said == null || ((said.yes | said.no) & asked) == 0) {
            return Optional.empty();
        }
        if ((said.no & asked) != 0) {
            return Optional.of(false);
        }
        return (said.yes & asked) == asked ? Optional.of(true) : Optional.empty();
    }

    synchronized void add(Bytes path, boolean reads, boolean writes, boolean yes) {
        int bits = bits(reads, writes);
        @Nullable Said old = paths.remove(path);
        int before = old == null ? 0 : old.yes;
        int against = old == null ? 0 : old.no;
        if (paths.size() == KEPT) {
            paths.remove(paths.keySet().iterator().next());
        }
        paths.put(path, yes ? new Said(before | bits, against & ~bits) : new Said(before & ~bits, against | bits));
    }

    private static int bits(boolean reads, boolean writes) {
        return (reads ? READ : 0) | (writes ? WRITE : 0);
    }
}
