package org.sluice.target;

import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Statx;
import org.sluice.linux.SysException;

/**
 * What an open file is (statx(2)): its identity by device, inode and mount, and what the rules of path resolution ask.
 *
 * @param device major and minor number
 * @param number the inode number
 * @param mount the id of the mount, 0 before Linux 5.8
 * @param mode type and permissions
 * @param owner the owner's uid
 * @param links how many names it has
 * @param mountRoot whether it is the root of a mount
 */
record Inode(long device, long number, long mount, int mode, int owner, int links, boolean mountRoot) {

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int ASKED = Statx.MASK_BASIC | Statx.MASK_MOUNT_ID;

    /** Major and minor number. */
    private static final int DEVICE = Statx.DEV_MAJOR;

    private static final int STICKY_AND_WRITABLE_BY_ALL = 01002;

    static Inode of(int fd) {
        return in(statx(fd));
    }

    /**
     * What has a name in a directory, a symbolic link itself.
     *
     * @param name the address of a C string
     * @return empty where the kernel does not tell
     */
    static Optional<Inode> at(int directory, long name) {
        Block record = Scratch.get().record;
        long result = Linux.call(Nr.STATX, directory, name, AT_SYMLINK_NOFOLLOW, ASKED, record.address(), 0);
        return result < 0 ? Optional.empty() : Optional.of(in(record));
    }

    private static Inode in(Block record) {
        return new Inode(
                record.getLong(DEVICE),
                record.getLong(Statx.INODE),
                record.getLong(Statx.MOUNT_ID),
                record.getShort(Statx.MODE) & 0xffff,
                record.getInt(Statx.UID),
                record.getInt(Statx.LINKS),
                (record.getLong(Statx.ATTRIBUTES) & Statx.ATTRIBUTE_MOUNT_ROOT) != 0);
    }

    /** Whether a descriptor refers to the device of these numbers. */
    static boolean isDevice(int fd, int major, int minor) {
        Block record = statx(fd);
        return record.getInt(Statx.RDEV_MAJOR) == major && record.getInt(Statx.RDEV_MINOR) == minor;
    }

    private static Block statx(int fd) {
        Block record = Scratch.get().record;
        SysException.check("statx", Statx.ask(fd, ASKED, record));
        return record;
    }

    /** Whether the file system is on a device, and so none that the kernel makes up; those have major number 0. */
    boolean isOnDevice() {
        return (int) device != 0;
    }

    boolean isDirectory() {
        return (mode & Statx.S_IFMT) == Statx.S_IFDIR;
    }

    boolean isSymlink() {
        return (mode & Statx.S_IFMT) == Statx.S_IFLNK;
    }

    boolean isSocket() {
        return (mode & Statx.S_IFMT) == Statx.S_IFSOCK;
    }

    boolean isStickyAndWritableByAll() {
        return (mode & STICKY_AND_WRITABLE_BY_ALL) == STICKY_AND_WRITABLE_BY_ALL;
    }

    /** Whether this is the same file, seen through the same mount. */
    boolean isAt(Inode other) {
        return number == other.number && device == other.device && mount == other.mount;
    }
}
