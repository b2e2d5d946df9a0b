package org.sluice.landlock;

import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** landlock(7): constants of linux/landlock.h, and which version of its interface this kernel has. */
public final class Landlock {

    /** The newest ABI whose rights are known here. */
    public static final int NEWEST_ABI = 10;

    /** Right: run a file. */
    public static final long FS_EXECUTE = 1L << 0;
    /** Right: open a file for writing. */
    public static final long FS_WRITE_FILE = 1L << 1;
    /** Right: open a file for reading. */
    public static final long FS_READ_FILE = 1L << 2;
    /** Right: list a directory. */
    public static final long FS_READ_DIR = 1L << 3;
    /** Right: remove or rename a directory. */
    public static final long FS_REMOVE_DIR = 1L << 4;
    /** Right: remove or rename a file. */
    public static final long FS_REMOVE_FILE = 1L << 5;
    /** Right: make a character device. */
    public static final long FS_MAKE_CHAR = 1L << 6;
    /** Right: make a directory. */
    public static final long FS_MAKE_DIR = 1L << 7;
    /** Right: make a regular file. */
    public static final long FS_MAKE_REG = 1L << 8;
    /** Right: make a Unix socket. */
    public static final long FS_MAKE_SOCK = 1L << 9;
    /** Right: make a FIFO. */
    public static final long FS_MAKE_FIFO = 1L << 10;
    /** Right: make a block device. */
    public static final long FS_MAKE_BLOCK = 1L << 11;
    /** Right: make a symbolic link. */
    public static final long FS_MAKE_SYM = 1L << 12;
    /** Right, ABI 2: link or rename across directories. */
    public static final long FS_REFER = 1L << 13;
    /** Right, ABI 3: truncate a file. */
    public static final long FS_TRUNCATE = 1L << 14;
    /** Right, ABI 5: ioctl on a device that is opened from then on. */
    public static final long FS_IOCTL_DEV = 1L << 15;
    /** Right, ABI 9: connect or send to a Unix socket by its path. */
    public static final long FS_RESOLVE_UNIX = 1L << 16;

    /** Right, ABI 4: bind a TCP socket to a port. */
    public static final long NET_BIND_TCP = 1L << 0;
    /** Right, ABI 4: connect a TCP socket to a port. */
    public static final long NET_CONNECT_TCP = 1L << 1;

    /** Scope, ABI 6: no connection to abstract Unix sockets from outside the domain. */
    public static final long SCOPE_ABSTRACT_UNIX_SOCKET = 1L << 0;
    /** Scope, ABI 6: no signal to processes outside the domain. */
    public static final long SCOPE_SIGNAL = 1L << 1;

    static final long FILE_RIGHTS =
            FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV | FS_RESOLVE_UNIX;

    private static final int CREATE_RULESET_VERSION = 1;

    private Landlock() {}

    /** The version of the interface, from 1; 0 if the kernel has no Landlock or it is switched off. */
    public static int abi() {
        long version = Linux.call(Nr.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
        return (int) Math.max(0, version);
    }

    /** All file rights that an ABI knows. */
    public static long fileRights(int abi) {
        long rights = (1L << 13) - 1;
        rights |= abi >= 2 ? FS_REFER : 0;
        rights |= abi >= 3 ? FS_TRUNCATE : 0;
        rights |= abi >= 5 ? FS_IOCTL_DEV : 0;
        rights |= abi >= 9 ? FS_RESOLVE_UNIX : 0;
        return abi >= 1 ? rights : 0;
    }
}
