package org.sluice.target;

import java.util.regex.Pattern;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;

/** Names in procfs that do not depend on who is looking and where it is mounted. */
final class ProcNames {

    private static final Pattern PROCESS = Pattern.compile("^/[0-9]+(/task/[0-9]+)?(?=/|$)");

    private ProcNames() {}

    /** A canonical path in procfs, with {@code self} for whatever process. */
    static String common(Bytes path) {
        byte[] bytes = path.toArray();
        for (int end = 1; end <= bytes.length; end++) {
            if ((end == bytes.length || bytes[end] == '/') && isRoot(bytes, end)) {
                String below = Bytes.of(bytes, end, bytes.length).decode();
                return "/proc" + PROCESS.matcher(below).replaceFirst("/self");
            }
        }
        return path.decode();
    }

    private static boolean isRoot(byte[] path, int end) {
        int prefix = PathSteps.openName(PathSteps.AT_FDCWD, path, 0, end);
        if (prefix < 0) {
            return false;
        }
        boolean root = FileSystem.of(prefix).isProc() && ProcGuard.isRoot(prefix);
        Linux.close(prefix);
        return root;
    }
}
