package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Lists of directories in which processes outside a sandbox are missing (getdents64(2)). The entries are those that the
 * kernel gives, less the numbers in the root of a procfs, wherever it is mounted. Stateless; thread-safe.
 */
public final class DirectoryList {

    private static final int NUMBER = 0;
    private static final int OFFSET = 8;
    private static final int LENGTH = 16;
    private static final int TYPE = 18;

    /** Where the name is in struct linux_dirent64. */
    private static final int NAME = 19;

    /** Where the name is in struct linux_dirent of getdents(2), which has the type in its last byte. */
    private static final int OLD_NAME = 18;

    private final IntPredicate inside;

    /**
     * For one sandbox.
     *
     * @param inside whether a process of that number is in the sandbox
     */
    public DirectoryList(IntPredicate inside) {
        this.inside = inside;
    }

    /**
     * Reads the next entries and moves the directory's position behind them, as getdents64(2) does.
     *
     * @param directory a descriptor open for reading
     * @param into where struct linux_dirent64 go, one after another
     * @param capacity how many bytes they may take
     * @return how many bytes they take, 0 at the end, or a negative errno
     */
    public int read(int directory, Block into, int capacity) {
        while (true) {
            int length = (int) Linux.call(Nr.GETDENTS64, directory, into.address(), capacity, 0, 0, 0);
            if (length <= 0 || !isProcesses(directory)) {
                return length;
            }
            int left = withoutStrangers(into, length);
            if (left > 0) {
                return left;
            }
        }
    }

    private static boolean isProcesses(int directory) {
        return FileSystem.of(directory).isProc() && ProcGuard.isRoot(directory);
    }

    private int withoutStrangers(Block entries, int length) {
        int left = 0;
        for (int at = 0; at < length; ) {
            int size = entries.getShort(at + LENGTH) & 0xffff;
            int number = ProcGuard.number(name(entries, at));
            if (number < 0 || inside.test(number)) {
                move(entries, at, left, size);
                left += size;
            }
            at += size;
        }
        return left;
    }

    private static String name(Block entries, int at) {
        int end = at + NAME;
        while (entries.getByte(end) != 0) {
            end++;
        }
        return new String(entries.get(at + NAME, end - at - NAME), StandardCharsets.ISO_8859_1);
    }

    private static void move(Block entries, int from, int to, int size) {
        if (from != to) {
            entries.put(to, entries.get(from, size));
        }
    }

    /**
     * Rewrites entries in the form of getdents(2), in place. An entry takes no more bytes there.
     *
     * @param length as {@link #read} returned it, more than 0
     * @return how many bytes they take
     */
    public static int toOldForm(Block entries, int length) {
        int to = 0;
        for (int at = 0; at < length; ) {
            int size = entries.getShort(at + LENGTH) & 0xffff;
            int type = entries.getByte(at + TYPE);
            byte[] name = name(entries, at).getBytes(StandardCharsets.ISO_8859_1);
            int oldSize = (OLD_NAME + name.length + 2 + 7) & ~7;
            long number = entries.getLong(at + NUMBER);
            long offset = entries.getLong(at + OFFSET);
            if (oldSize > size) {
                throw new IllegalStateException("an entry of " + size + " bytes does not fit in " + oldSize);
            }
            entries.putLong(to + NUMBER, number).putLong(to + OFFSET, offset);
            entries.putShort(to + LENGTH, oldSize).put(to + OLD_NAME, name);
            entries.zero(to + OLD_NAME + name.length, oldSize - OLD_NAME - name.length);
            entries.putByte(to + oldSize - 1, type);
            to += oldSize;
            at += size;
        }
        return to;
    }
}
