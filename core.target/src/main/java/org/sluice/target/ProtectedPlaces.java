package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;

/**
 * Files and directories that are never opened for a target, whatever name leads to them: known by device and inode, so
 * that a bind mount or a further name of a file changes nothing. A place that does not exist when this is made is known by
 * its path alone, to others. Immutable.
 */
public final class ProtectedPlaces {

    private static final Block ROOT = Block.cString(new byte[] {'/'});

    /** None. */
    public static final ProtectedPlaces NONE = new ProtectedPlaces(List.of());

    /** How often a file is looked for that is moved meanwhile. */
    private static final int ATTEMPTS = 16;

    private final List<Inode> places = new ArrayList<>();
    private final Inode root = Inode.at(PathSteps.AT_FDCWD, ROOT.address()).orElseThrow();

    /** Looks at each path now. */
    public ProtectedPlaces(List<Path> paths) {
        for (Path path : paths) {
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            int fd = PathSteps.openPlain(PathSteps.AT_FDCWD, name, false, true, Resolve.PLAIN);
            if (fd >= 0) {
                places.add(Inode.of(fd));
                Linux.close(fd);
            }
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return places.isEmpty();
    }

    /**
     * Whether an object is such a place, or lies in one. The directories above are found by going up, so that a rename
     * meanwhile hides none; a file's own directory by the kernel's name for the file, which has to lead to that file again.
     *
     * @param path its canonical path, empty for an object without one, which lies nowhere
     */
    public boolean contain(PinnedPath object, Bytes path) {
        if (places.isEmpty() || isPlace(object.object())) {
            return !places.isEmpty();
        }
        // The directories above are the supervisor's knowledge: the target may be in one that it could not reach.
        return !path.isEmpty() && TargetRights.looking(() -> liesInOne(object, path) ? 1 : 0) != 0;
    }

    private boolean liesInOne(PinnedPath object, Bytes path) {
        if (object.object().isDirectory()) {
            return leadsUpThrough(PathSteps.duplicate(object.fd()));
        }
        byte[] name = path.toArray();
        for (int i = 0; i < ATTEMPTS; i++) {
            int folder = folder(object, name);
            if (folder >= 0) {
                return leadsUpThrough(folder);
            }
            name = PathSteps.name(object.fd());
        }
        // What cannot be found is not served.
        return true;
    }

    /** The directory in which a file of that name is at this moment, or a negative number if the file moves. */
    private static int folder(PinnedPath file, byte[] name) {
        int slash = name.length - 1;
        while (slash > 0 && name[slash] != '/') {
            slash--;
        }
        if (slash < 0 || name[0] != '/') {
            return -1;
        }
        int folder = PathSteps.openName(PathSteps.AT_FDCWD, name, 0, Math.max(1, slash));
        if (folder < 0) {
            return folder;
        }
        Optional<Inode> found = PathSteps.look(folder, name, slash + 1, name.length);
        if (found.isPresent() && found.get().isAt(file.object())) {
            return folder;
        }
        Linux.close(folder);
        return -1;
    }

    /**
     * Whether a directory, which is closed, or one above it is such a place; also where that cannot be found out. Each is
     * looked at from the directory itself: what lies in a place moves only if its owner wants it to.
     */
    private boolean leadsUpThrough(int directory) {
        if (directory < 0) {
            return true;
        }
        int beyond;
        try {
            Inode at = Inode.of(directory);
            for (int levels = 1; levels <= PathSteps.MOST_LEVELS; levels++) {
                if (isPlace(at)) {
                    return true;
                }
                if (at.isAt(root)) {
                    return false;
                }
                Optional<Inode> above = PathSteps.lookUp(directory, levels);
                if (above.isEmpty()) {
                    return true;
                }
                if (above.get().isAt(at)) {
                    // The root of another tree, such as a file system that was unmounted lazily.
                    return false;
                }
                at = above.get();
            }
            beyond = PathSteps.openUp(directory, PathSteps.MOST_LEVELS);
        } finally {
            Linux.close(directory);
        }
        return leadsUpThrough(beyond);
    }

    private boolean isPlace(Inode inode) {
        for (Inode place : places) {
            if (place.number() == inode.number() && place.device() == inode.device()) {
                return true;
            }
        }
        return false;
    }
}
