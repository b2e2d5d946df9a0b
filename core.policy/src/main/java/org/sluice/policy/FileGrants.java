package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules;
import org.sluice.notify.Opening;
import org.sluice.policy.trust.TrustedFiles;

/**
 * The files of one sandbox: what the kernel itself grants (Landlock), and what the file broker serves beyond. The grants of
 * the kernel unite, since nothing can be taken back from one; of the broker's the longest counts, with all that is granted
 * at that same path. What belongs to nobody is compared by names; who serves an object compares its identity too.
 * Immutable.
 */
public final class FileGrants implements FileRules {

    private static final byte SLASH = '/';
    private static final Rights NONE = new Rights(false, false);
    private static final Decision GRANTED = new Decision(Standing.GRANTED, "granted", "");

    private final List<Grant> kernel;
    private final List<Grant> broker;
    private final List<Bytes> hidden;
    private final Optional<TrustedFiles> trusted;
    private final boolean watched;

    /** What may be done at a path. */
    private record Rights(boolean read, boolean write) {

        Rights and(Rights other) {
            return new Rights(read || other.read, write || other.write);
        }

        boolean suffice(boolean reads, boolean writes) {
            return (read || !reads) && (write || !writes);
        }
    }

    /**
     * A grant of a file, or of a directory with all that is in it.
     *
     * @param path canonical
     * @param read whether files may be read and directories listed
     * @param write whether files may be written and made
     */
    public record Grant(Bytes path, boolean read, boolean write) {

        boolean covers(Bytes name) {
            return contains(path, name);
        }
    }

    /**
     * The grants of one sandbox.
     *
     * @param kernel what the kernel enforces
     * @param broker what the broker serves beyond
     * @param hidden what is never served, with all that is in it
     */
    public FileGrants(List<Grant> kernel, List<Grant> broker, List<Bytes> hidden) {
        this(kernel, broker, hidden, Optional.empty());
    }

    /**
     * The grants of one sandbox.
     *
     * @param trusted what is served only if its content is trusted
     */
    public FileGrants(List<Grant> kernel, List<Grant> broker, List<Bytes> hidden, Optional<TrustedFiles> trusted) {
        this.kernel = List.copyOf(kernel);
        this.broker = List.copyOf(broker);
        this.hidden = List.copyOf(hidden);
        this.trusted = trusted;
        this.watched = trusted.isPresent()
                && kernel.stream().anyMatch(grant -> trusted.get().touch(grant.path()));
    }

    /** Whether {@code path} is {@code folder} or lies in it. */
    static boolean contains(Bytes folder, Bytes path) {
        int length = folder.length();
        if (length == 1) {
            return true;
        }
        if (path.length() < length || (path.length() > length && path.at(length) != SLASH)) {
            return false;
        }
        // From the end, where paths differ.
        for (int i = length - 1; i >= 0; i--) {
            if (folder.at(i) != path.at(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Decision decide(Opening opening) {
        Bytes path = opening.path().orElseThrow();
        boolean reads = opening.reads();
        boolean writes = opening.writes();
        Bytes trail = opening.trail().orElse(path);
        if (isHidden(path) || (!trail.equals(path) && isHidden(trail))) {
            return new Decision(Standing.PROTECTED, "protected", "");
        }
        Optional<Rights> broker = brokerRights(path);
        Rights kernel = kernelRights(path);
        Rights all = kernel.and(broker.orElse(NONE));
        if (all.suffice(reads, writes)) {
            return GRANTED;
        }
        boolean covered = broker.isPresent() || kernel.read || kernel.write;
        return new Decision(
                covered ? Standing.NOT_ENOUGH : Standing.NO_GRANT,
                covered ? (all.write ? "grant is write only" : "grant is read only") : "no grant",
                remedy(opening, path));
    }

    /** Whether the kernel allows this by itself, so that it can be left to the kernel. */
    public boolean isLeftToKernel(Opening opening) {
        Bytes path = opening.path().orElseThrow();
        return kernelRights(path).suffice(opening.reads(), opening.writes());
    }

    /** Whether the broker is to open this in the target's place: granted, and not by the kernel. */
    public boolean isServed(Opening opening) {
        return !isLeftToKernel(opening) && isGranted(opening);
    }

    @Override
    public Optional<Finding> verify(Opening opening) {
        return trusted.flatMap(files -> files.verify(opening));
    }

    /** The files whose content has to be trusted. */
    public Optional<TrustedFiles> trusted() {
        return trusted;
    }

    /**
     * Whether the kernel grants places where files have to be trusted. It does not tell these from others, so nothing can be
     * left to it that reads by a path: the path might be changed when the kernel looks at it.
     */
    public boolean isWatched() {
        return watched;
    }

    /** Whether the broker serves anything. */
    public boolean serves() {
        return !broker.isEmpty();
    }

    /** Whether this is granted, by whomever. */
    public boolean isGranted(Opening opening) {
        return decide(opening).standing() == Standing.GRANTED;
    }

    /** Whether a file may be opened for reading, by whoever opens it. */
    public boolean allowReading(Bytes path) {
        return allow(path, true, false);
    }

    /** Whether a file may be opened, by whoever opens it. */
    public boolean allow(Bytes path, boolean reads, boolean writes) {
        return !isHidden(path)
                && kernelRights(path).and(brokerRights(path).orElse(NONE)).suffice(reads, writes);
    }

    /** Whether all that the broker serves lies in {@code folders}. */
    public boolean servesBelow(List<Bytes> folders) {
        return broker.stream().allMatch(grant -> folders.stream().anyMatch(folder -> contains(folder, grant.path())));
    }

    private boolean isHidden(Bytes path) {
        for (int i = 0; i < hidden.size(); i++) {
            if (contains(hidden.get(i), path)) {
                return true;
            }
        }
        return false;
    }

    private Rights kernelRights(Bytes path) {
        boolean read = false;
        boolean write = false;
        for (int i = 0; i < kernel.size(); i++) {
            Grant grant = kernel.get(i);
            if ((!read || !write) && grant.covers(path)) {
                read |= grant.read();
                write |= grant.write();
            }
        }
        return new Rights(read, write);
    }

    private Optional<Rights> brokerRights(Bytes path) {
        int longest = 0;
        Rights rights = NONE;
        for (Grant grant : broker) {
            int length = grant.path().length();
            if (length >= longest && grant.covers(path)) {
                Rights here = new Rights(grant.read(), grant.write());
                rights = length == longest ? rights.and(here) : here;
                longest = length;
            }
        }
        return longest == 0 ? Optional.empty() : Optional.of(rights);
    }

    /** A flag grants what exists, so for a file that is to be made it names the directory. */
    private static String remedy(Opening opening, Bytes path) {
        byte[] bytes = path.toArray();
        int end = bytes.length;
        if (opening.isMissing()) {
            while (end > 1 && bytes[--end] != SLASH) {
                // Back to the last slash.
            }
        }
        String name = Bytes.of(bytes, 0, Math.max(1, end)).decode();
        return (opening.writes() ? "--write " : "--read ") + ShellText.quote(name);
    }

    /** Adds read and write grants of the broker's section to each other where they name the same path. */
    static List<Grant> united(List<Bytes> read, List<Bytes> write) {
        List<Grant> grants = new ArrayList<>();
        for (Bytes path : read) {
            grants.add(new Grant(path, true, write.contains(path)));
        }
        for (Bytes path : write) {
            if (!read.contains(path)) {
                grants.add(new Grant(path, false, true));
            }
        }
        return grants;
    }
}
