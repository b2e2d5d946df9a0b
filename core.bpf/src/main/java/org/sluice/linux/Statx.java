package org.sluice.linux;

/** Offsets in {@code struct statx}, statx(2), and the constants that go with them. */
public final class Statx {

    /** Asks for the type bits of {@link #MODE}. */
    public static final int MASK_TYPE = 1;
    /** Asks for {@link #LINKS}. */
    public static final int MASK_LINKS = 4;
    /** Asks for everything that stat(2) gives. */
    public static final int MASK_BASIC = 0x7ff;
    /** Asks for {@link #MOUNT_ID}. */
    public static final int MASK_MOUNT_ID = 0x1000;

    /** 32 bits: which fields were filled. */
    public static final int MASK = 0;
    /** 64 bits: {@code STATX_ATTR_*}. */
    public static final int ATTRIBUTES = 8;
    /** One of {@link #ATTRIBUTES}: the file is the root of a mount. */
    public static final int ATTRIBUTE_MOUNT_ROOT = 0x2000;
    /** 32 bits. */
    public static final int LINKS = 16;
    /** 32 bits. */
    public static final int UID = 20;
    /** 32 bits. */
    public static final int GID = 24;
    /** 16 bits: type and permissions. */
    public static final int MODE = 28;
    /** 64 bits. */
    public static final int INODE = 32;
    /** 64 bits: bytes. */
    public static final int LENGTH = 40;
    /** 32 bits: the device that a device file stands for. */
    public static final int RDEV_MAJOR = 128;
    /** 32 bits. */
    public static final int RDEV_MINOR = 132;
    /** 32 bits: the device that the file is on. */
    public static final int DEV_MAJOR = 136;
    /** 32 bits. */
    public static final int DEV_MINOR = 140;
    /** 64 bits. */
    public static final int MOUNT_ID = 144;
    /** The size in bytes. */
    public static final int SIZE = 256;

    /** The bits of {@link #MODE} that say the type. */
    public static final int S_IFMT = 0xf000;
    /** Type: directory. */
    public static final int S_IFDIR = 0x4000;
    /** Type: regular file. */
    public static final int S_IFREG = 0x8000;
    /** Type: symbolic link. */
    public static final int S_IFLNK = 0xa000;
    /** Type: socket. */
    public static final int S_IFSOCK = 0xc000;

    private static final int AT_EMPTY_PATH = 0x1000;

    private static final Block EMPTY = Block.allocate(1);

    private Statx() {}

    /**
     * Asks about an open file, which may be open with O_PATH alone.
     *
     * @param mask {@code MASK_*}
     * @param into at least {@link #SIZE} bytes, which the caller keeps
     * @return 0 or a negative errno
     */
    public static long ask(int fd, int mask, Block into) {
        return Linux.call(Nr.STATX, fd, EMPTY.address(), AT_EMPTY_PATH, mask, into.address(), 0);
    }
}
