package org.sluice.target;

import java.util.Arrays;
import org.sluice.notify.Bytes;

/**
 * What the text of a path says about where it may lead. It never says where a path does not lead: any may be a link. So
 * these are shortcuts, each in the direction that is safe.
 */
final class Spelling {

    private static final byte[] NET = {'n', 'e', 't'};

    private static final Bytes PROC = Bytes.utf8("/proc/");
    private static final Bytes SYS = Bytes.utf8("/sys/");

    /** These are symbolic links, so that a walk that follows none ends there. */
    private static final Bytes PROC_SELF = Bytes.utf8("/proc/self/");

    private static final Bytes PROC_THREAD_SELF = Bytes.utf8("/proc/thread-self/");

    private Spelling() {}

    static boolean isBelowProcOrSys(Bytes path) {
        return startsWith(path, PROC) || startsWith(path, SYS);
    }

    static boolean isBelowSelf(Bytes path) {
        return startsWith(path, PROC_SELF) || startsWith(path, PROC_THREAD_SELF);
    }

    /** Whether there is a number among the names, as the directory of a process has one. */
    static boolean mayNameProcess(byte[] path) {
        boolean digits = false;
        for (int i = 0; i < path.length; i++) {
            boolean begins = i == 0 || path[i - 1] == '/';
            digits = (begins || digits) && path[i] >= '0' && path[i] <= '9';
            if (digits && (i + 1 == path.length || path[i + 1] == '/')) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is the name {@code net}: what the machine lacks in there a private network may have. */
    static boolean mayNameNet(byte[] path) {
        for (int i = 0; i + NET.length <= path.length; i++) {
            int end = i + NET.length;
            boolean begins = i == 0 || path[i - 1] == '/';
            boolean ends = end == path.length || path[end] == '/';
            if (begins && ends && Arrays.equals(path, i, end, NET, 0, NET.length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is a {@code ..}, which one call would resolve up to the supervisor's root and not the target's. */
    static boolean hasDots(byte[] path) {
        for (int i = 0; i + 1 < path.length; i++) {
            boolean begins = i == 0 || path[i - 1] == '/';
            boolean ends = i + 2 == path.length || path[i + 2] == '/';
            if (begins && ends && path[i] == '.' && path[i + 1] == '.') {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(Bytes path, Bytes prefix) {
        if (path.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (path.at(i) != prefix.at(i)) {
                return false;
            }
        }
        return true;
    }
}
