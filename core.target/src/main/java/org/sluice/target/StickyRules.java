package org.sluice.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;

/** What a machine forbids with strangers' files in shared directories (proc_sys_fs(5)). Read once: it hardly changes. */
final class StickyRules {

    private static final int S_IFMT = 0170000;
    private static final int S_IFIFO = 0010000;
    private static final int S_IFREG = 0100000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_GROUP = 020;
    private static final int WRITABLE_BY_ALL = 02;

    /** fs.protected_symlinks. */
    static final boolean LINKS = read("protected_symlinks") != 0;

    private static final int REGULAR = read("protected_regular");
    private static final int FIFOS = read("protected_fifos");

    private StickyRules() {}

    private static int read(String name) {
        try {
            return Integer.parseInt(Files.readString(Path.of("/proc/sys/fs", name), StandardCharsets.US_ASCII)
                    .strip());
        } catch (IOException e) {
            // Not to be read: then the strictest rule holds.
            return 2;
        }
    }

    /** As may_create_in_sticky() in fs/namei.c: 0, or EACCES. */
    static int check(Inode file, Bytes path) {
        int kind = file.mode() & S_IFMT;
        int level = kind == S_IFIFO ? FIFOS : kind == S_IFREG ? REGULAR : 0;
        if (level == 0 || file.owner() == (int) Linux.call(Nr.GETEUID, 0)) {
            return 0;
        }
        byte[] name = path.toArray();
        int slash = name.length - 1;
        while (slash > 0 && name[slash] != '/') {
            slash--;
        }
        int folder = PathSteps.openName(PathSteps.AT_FDCWD, name, 0, Math.max(1, slash));
        if (folder < 0) {
            return Errno.EACCES;
        }
        Inode parent = Inode.of(folder);
        Linux.close(folder);
        boolean shared =
                (parent.mode() & WRITABLE_BY_ALL) != 0 || (level > 1 && (parent.mode() & WRITABLE_BY_GROUP) != 0);
        return (parent.mode() & STICKY) != 0 && shared && parent.owner() != file.owner() ? Errno.EACCES : 0;
    }
}
