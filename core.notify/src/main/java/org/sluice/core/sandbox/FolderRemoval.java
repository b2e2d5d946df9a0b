package org.sluice.core.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.OpenHow;
import org.sluice.linux.Paths;
import org.sluice.linux.Statx;
import org.sluice.linux.SysException;

/**
 * Removes a folder of this user with everything in it, whatever a hostile command made of it. Every directory is opened by
 * openat2(2) below the one before it, without symbolic links and without leaving the mount, and files are removed by their
 * names in what was opened: an entry that is exchanged meanwhile leads nowhere else. There is no recursion, and no limit to
 * the depth: what is in a folder of the folder and is not empty moves up, and is removed from there. Not thread-safe.
 */
final class FolderRemoval {

    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int RENAME_NOREPLACE = 1;
    private static final int SEEK_SET = 0;

    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    private static final int RESOLVE_NO_XDEV = 1;
    private static final int RESOLVE_NO_SYMLINKS = 4;
    private static final int RESOLVE_BENEATH = 8;

    private static final int OWNER = 0700;

    /** struct linux_dirent64, getdents64(2): 16 bits. */
    private static final int ENTRY_LENGTH = 16;

    private static final int ENTRY_NAME = 19;
    private static final int ENTRIES = 8 * 1024;

    private static final Block EMPTY = Block.cString(new byte[0]);
    private static final Block SELF = Block.cString(new byte[] {'.'});

    private final int top;
    private final long end;
    private final Block entries = Block.allocate(ENTRIES);
    private long moved;

    private FolderRemoval(int top, long end) {
        this.top = top;
        this.end = end;
    }

    /**
     * Removes the folder.
     *
     * @param folder an absolute path without symbolic links, named as a temporary folder is
     * @param nanos how long it may take
     * @return whether it is gone; if not, it is not this user's, time was up, or something resists
     */
    static boolean remove(Path folder, long nanos) {
        Path parent = folder.getParent();
        Path name = folder.getFileName();
        if (parent == null || !folder.isAbsolute() || !name.toString().startsWith(TemporaryFolders.PREFIX)) {
            return false;
        }
        long above = open(AT_FDCWD, Paths.block(parent), RESOLVE_NO_SYMLINKS);
        if (above < 0) {
            return above == -Errno.ENOENT;
        }
        try (Descriptor in = new Descriptor((int) above)) {
            return remove(in.fd(), Paths.block(name), System.nanoTime() + nanos);
        }
    }

    private static boolean remove(int parent, Block name, long end) {
        long pinned = openBelow(parent, name);
        if (pinned < 0) {
            return pinned == -Errno.ENOENT;
        }
        try (Descriptor pin = new Descriptor((int) pinned)) {
            if (look(pin.fd()).getInt(Statx.UID) != (int) Linux.call(Nr.GETEUID, 0)) {
                return false;
            }
            long opened = openPinned(pin.fd());
            if (opened < 0) {
                return false;
            }
            try (Descriptor folder = new Descriptor((int) opened)) {
                new FolderRemoval(folder.fd(), end).empty();
            }
        }
        long result = unlink(parent, name, AT_REMOVEDIR);
        return result == 0 || result == -Errno.ENOENT;
    }

    /** Until nothing is left, or what is left resists, or time is up. */
    private void empty() {
        boolean progress = true;
        while (progress && !isLate()) {
            progress = false;
            Linux.call(Nr.LSEEK, top, 0, SEEK_SET);
            for (List<Block> some = names(top); !some.isEmpty() && !isLate(); some = names(top)) {
                for (Block name : some) {
                    progress |= removeFromTop(name);
                }
            }
        }
    }

    private boolean removeFromTop(Block name) {
        if (isRemoved(top, name)) {
            return true;
        }
        long pinned = openBelow(top, name);
        if (pinned < 0) {
            return false;
        }
        boolean progress = false;
        try (Descriptor pin = new Descriptor((int) pinned)) {
            long opened = openPinned(pin.fd());
            if (opened < 0) {
                return false;
            }
            try (Descriptor folder = new Descriptor((int) opened)) {
                for (List<Block> some = names(folder.fd()); !some.isEmpty() && !isLate(); some = names(folder.fd())) {
                    for (Block each : some) {
                        progress |= isRemoved(folder.fd(), each) || isMovedUp(folder.fd(), each);
                    }
                }
            }
        }
        return isRemoved(top, name) || progress;
    }

    /** A directory can be moved only by who may write in it: the command may have taken that right away. */
    private boolean isMovedUp(int from, Block name) {
        long pinned = openBelow(from, name);
        if (pinned < 0) {
            return false;
        }
        try (Descriptor pin = new Descriptor((int) pinned)) {
            permit(pin.fd());
        }
        Block fresh = Block.cString(("moved-" + moved++).getBytes(StandardCharsets.US_ASCII));
        return name.with(old -> fresh.with(now -> Linux.call(Nr.RENAMEAT2, from, old, top, now, RENAME_NOREPLACE, 0)))
                == 0;
    }

    private static boolean isRemoved(int directory, Block name) {
        return unlink(directory, name, 0) == 0 || unlink(directory, name, AT_REMOVEDIR) == 0;
    }

    private static long unlink(int directory, Block name, int flags) {
        return name.with(at -> Linux.call(Nr.UNLINKAT, directory, at, flags));
    }

    private boolean isLate() {
        return System.nanoTime() - end > 0;
    }

    /** Pins an entry; it may be of any type. */
    private static long openBelow(int directory, Block name) {
        return open(directory, name, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    }

    private static long open(int directory, Block name, int resolve) {
        Block how = Block.allocate(OpenHow.SIZE)
                .putLong(OpenHow.FLAGS, O_PATH | O_CLOEXEC)
                .putLong(OpenHow.RESOLVE, resolve);
        return name.with(path -> how.with(asked -> Linux.call(Nr.OPENAT2, directory, path, asked, OpenHow.SIZE, 0, 0)));
    }

    /** Opens a pinned directory for reading; negative for what is none. */
    private static long openPinned(int pin) {
        permit(pin);
        return SELF.with(dot -> Linux.call(Nr.OPENAT, pin, dot, O_CLOEXEC));
    }

    /** Gives the owner every right in a pinned directory; kernels before 6.6 cannot, and leave it as it is. */
    private static void permit(int pin) {
        int mode = look(pin).getShort(Statx.MODE);
        if ((mode & Statx.S_IFMT) == Statx.S_IFDIR && (mode & OWNER) != OWNER) {
            EMPTY.with(name -> Linux.call(Nr.FCHMODAT2, pin, name, OWNER, AT_EMPTY_PATH, 0, 0));
        }
    }

    private static Block look(int pin) {
        Block statx = Block.allocate(Statx.SIZE);
        SysException.check("statx of an open file", Statx.ask(pin, Statx.MASK_BASIC, statx));
        return statx;
    }

    /** The next entries of a directory; none at its end or where it cannot be read. */
    private List<Block> names(int directory) {
        List<Block> names = new ArrayList<>();
        while (names.isEmpty()) {
            int length = (int) entries.with(at -> Linux.call(Nr.GETDENTS64, directory, at, ENTRIES));
            if (length <= 0) {
                break;
            }
            for (int at = 0; at < length; at += entries.getShort(at + ENTRY_LENGTH) & 0xffff) {
                byte[] name = name(at + ENTRY_NAME);
                if (!isDots(name)) {
                    names.add(Block.cString(name));
                }
            }
        }
        return names;
    }

    private byte[] name(int start) {
        int stop = start;
        while (entries.getByte(stop) != 0) {
            stop++;
        }
        return entries.get(start, stop - start);
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }
}
