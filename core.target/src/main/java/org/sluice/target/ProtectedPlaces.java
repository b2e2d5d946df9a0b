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

    /**
     * Whether an object is such a place, or lies in one.
     *
     * @param path its canonical path; each directory on it is looked at
     */
    public boolean contain(PinnedPath object, Bytes path) {
        return !places.isEmpty() && (isPlace(Inode.of(object.fd())) || leadsThrough(path.toArray()));
    }

    private boolean leadsThrough(byte[] path) {
        for (int end = path.length - 1; end > 0; end--) {
            if (path[end] == '/') {
                int fd = PathSteps.openName(PathSteps.AT_FDCWD, path, 0, end);
                if (fd >= 0) {
                    boolean place = isPlace(Inode.of(fd));
                    Linux.close(fd);
                    if (place) {
                        return true;
                    }
                }
            }
        }
        return false;
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
