package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;

/**
 * Files and directories that are never opened for a target, whatever name leads to them: known by device and inode, so
 * that a bind mount or a further name of a file changes nothing. A place that does not exist when this is made is known by
 * its path alone, to others. Immutable.
 */
public final class ProtectedPlaces {

    /** None. */
    public static final ProtectedPlaces NONE = new ProtectedPlaces(List.of());

    /** How often a file is looked for that is moved meanwhile. */
    private static final int ATTEMPTS = 16;

    private final List<Inode> places = new ArrayList<>();

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
        if (places.isEmpty() || isPlace(Inode.of(object.fd()))) {
            return !places.isEmpty();
        }
        // The directories above are the supervisor's knowledge: the target may be in one that it could not reach.
        return !path.isEmpty() && TargetRights.looking(() -> liesInOne(object) ? 1 : 0) != 0;
    }

    private boolean liesInOne(PinnedPath object) {
        if (Inode.of(object.fd()).isDirectory()) {
            return leadsUpThrough(PathSteps.duplicate(object.fd()));
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            int folder = folder(object);
            if (folder >= 0) {
                return leadsUpThrough(folder);
            }
        }
        // What cannot be found is not served.
        return true;
    }

    /** The directory in which a file is at this moment, or a negative number if the file moves. */
    private static int folder(PinnedPath file) {
        byte[] name = PathSteps.name(file.fd());
        int slash = name.length - 1;
        while (slash > 0 && name[slash] != '/') {
            slash--;
        }
        if (slash < 0 || name[0] != '/') {
            return -1;
        }
        int folder = PathSteps.openName(PathSteps.AT_FDCWD, name, 0, Math.max(1, slash));
        int found = folder < 0 ? folder : PathSteps.openName(folder, name, slash + 1, name.length);
        boolean same = found >= 0 && Inode.of(found).isAt(Inode.of(file.fd()));
        if (found >= 0) {
            Linux.close(found);
        }
        if (folder >= 0 && !same) {
            Linux.close(folder);
        }
        return same ? folder : -1;
    }

    /** Whether a directory, which is closed, or one above it is such a place; also where that cannot be found out. */
    private boolean leadsUpThrough(int directory) {
        int at = directory;
        while (at >= 0) {
            Inode inode = Inode.of(at);
            int parent = isPlace(inode) ? -1 : PathSteps.openParent(at);
            Linux.close(at);
            if (parent >= 0 && Inode.of(parent).isAt(inode)) {
                Linux.close(parent);
                return false;
            }
            at = parent;
        }
        return true;
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
