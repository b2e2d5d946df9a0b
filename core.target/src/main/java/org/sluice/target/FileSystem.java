package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** What kind of file system an object is in (statfs(2)), as far as walks ask: magic numbers of linux/magic.h. */
enum FileSystem {
    PROC,
    SYS,
    OTHER;

    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final long SYSFS_MAGIC = 0x62656572;
    private static final long ST_NOSYMFOLLOW = 0x2000;
    private static final int FLAGS = 80;

    /** That of what a descriptor refers to; one that cannot be asked is in none of the two. */
    static FileSystem of(int fd) {
        long magic = record(fd).getLong(0);
        return magic == PROC_SUPER_MAGIC ? PROC : magic == SYSFS_MAGIC ? SYS : OTHER;
    }

    /** The same of a file that has been looked at, which nearly always says it. */
    static FileSystem of(int fd, Inode inode) {
        return inode.isOnDevice() ? OTHER : of(fd);
    }

    /** Whether the mount forbids following symbolic links (MS_NOSYMFOLLOW). */
    static boolean forbidsLinks(int fd) {
        return (record(fd).getLong(FLAGS) & ST_NOSYMFOLLOW) != 0;
    }

    private static Block record(int fd) {
        Block record = Scratch.get().record;
        if (Linux.call(Nr.FSTATFS, fd, record.address()) < 0) {
            record.zero(0, FLAGS + 8);
        }
        return record;
    }

    boolean isProc() {
        return this == PROC;
    }

    /** Whether names may mean another thing to another process. */
    boolean isProcOrSys() {
        return this != OTHER;
    }
}
