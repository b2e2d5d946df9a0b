package org.sluice.target;

import java.util.Arrays;
import org.sluice.notify.Bytes;

/**
 * The names by which a walk came to where it is: an absolute path without links and dots, of which each name was looked up in
 * the directory before it. What is renamed meanwhile has another canonical path by then, and still the same trail. For one
 * thread.
 */
final class Trail {

    private byte[] bytes;
    private int length;

    private Trail(byte[] start) {
        bytes = start;
        length = start.length == 1 ? 0 : start.length;
    }

    /** Begins at the root. */
    static Trail fromRoot() {
        return new Trail(new byte[0]);
    }

    /** Begins at a directory, by the kernel's name for it. */
    static Trail from(int directory) {
        return new Trail(PathSteps.name(directory));
    }

    /** Begins anew. */
    void restart(int object) {
        bytes = PathSteps.name(object);
        length = bytes.length == 1 ? 0 : bytes.length;
    }

    /** Goes to a name, up for {@code ..}. */
    void enter(byte[] path, int from, int to) {
        if (to - from == 1 && path[from] == '.') {
            return;
        }
        if (to - from == 2 && path[from] == '.' && path[from + 1] == '.') {
            while (length > 0 && bytes[--length] != '/') {
                // Back to the slash before the last name.
            }
            return;
        }
        if (bytes.length < length + 1 + to - from) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length + 1 + to - from);
        }
        bytes[length] = '/';
        System.arraycopy(path, from, bytes, length + 1, to - from);
        length += 1 + to - from;
    }

    /** Goes along a path that has no links. */
    Trail along(byte[] path) {
        for (int from = 0; from < path.length; ) {
            int to = from;
            while (to < path.length && path[to] != '/') {
                to++;
            }
            if (to > from) {
                enter(path, from, to);
            }
            from = to + 1;
        }
        return this;
    }

    Bytes toBytes() {
        return length == 0 ? Bytes.of((byte) '/') : Bytes.of(bytes, 0, length);
    }
}
