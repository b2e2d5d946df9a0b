package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/**
 * A file in memory that nobody can change, not even who holds a descriptor for it (memfd_create(2), F_ADD_SEALS in
 * fcntl(2)). It is opened again from its own descriptor, so that the one which is given away has the flags that open(2)
 * would give it.
 */
final class SealedFile {

    private static final KernelConstants CONSTANTS = KernelConstants.host();
    private static final int O_CREAT = (int) CONSTANTS.get("O_CREAT");
    private static final int O_EXCL = (int) CONSTANTS.get("O_EXCL");
    private static final int O_NOFOLLOW = (int) CONSTANTS.get("O_NOFOLLOW");
    private static final int O_NOCTTY = (int) CONSTANTS.get("O_NOCTTY");
    private static final int O_CLOEXEC = (int) CONSTANTS.get("O_CLOEXEC");

    /** linux/memfd.h. */
    private static final int MFD_CLOEXEC = 1;

    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;

    /** F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE. */
    private static final int ALL_SEALS = 0xf;

    private static final int READABLE = 0444;
    private static final Block NAME = Block.cString(new byte[] {'s', 'l', 'u', 'i', 'c', 'e'});

    private SealedFile() {}

    /**
     * Opens a file with this content for reading.
     *
     * @param flags O_*, as the target gave them
     * @return a descriptor, close-on-exec, or a negative errno
     */
    static int open(Bytes content, int flags) {
        int file = (int) Linux.call(Nr.MEMFD_CREATE, NAME.address(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (file < 0) {
            return file;
        }
        try {
            int errno = fill(file, content.toArray());
            if (errno != 0) {
                return errno;
            }
            int again = (flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW)) | O_NOCTTY | O_CLOEXEC;
            long name = Scratch.get().ownFd(file);
            return (int) Linux.call(Nr.OPENAT, PathSteps.AT_FDCWD, name, again);
        } finally {
            Linux.close(file);
        }
    }

    /** The device number of all files in memory: they are on one file system that is mounted nowhere. */
    static long device() {
        return Device.NUMBER;
    }

    /** Looked up when it is first asked for. */
    private static final class Device {
        static final long NUMBER = number();

        private static long number() {
            int file =
                    (int) SysException.check("memfd_create", Linux.call(Nr.MEMFD_CREATE, NAME.address(), MFD_CLOEXEC));
            try {
                return Inode.of(file).device();
            } finally {
                Linux.close(file);
            }
        }
    }

    private static int fill(int file, byte[] bytes) {
        Block block = Block.of(bytes);
        for (int done = 0; done < bytes.length; ) {
            int from = done;
            long wrote = block.with(at -> Linux.call(Nr.WRITE, file, at + from, bytes.length - from));
            if (wrote < 0 && wrote != -Errno.EINTR) {
                return (int) wrote;
            }
            done += (int) Math.max(0, wrote);
        }
        long result = Linux.call(Nr.FCHMOD, file, READABLE);
        return (int) (result < 0 ? result : Linux.call(Nr.FCNTL, file, F_ADD_SEALS, ALL_SEALS));
    }
}
