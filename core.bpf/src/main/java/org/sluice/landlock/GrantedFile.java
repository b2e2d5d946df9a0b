package org.sluice.landlock;

import java.nio.file.Path;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Paths;
import org.sluice.linux.Statx;
import org.sluice.linux.SysException;

/** A file that is opened (O_PATH) for the moment of being granted. */
record GrantedFile(int fd, boolean isDirectory) implements AutoCloseable {

    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int ABSENT = -1;

    static GrantedFile open(Path path, boolean optional) {
        long fd = Paths.block(path).with(name -> Linux.call(Nr.OPENAT, AT_FDCWD, name, O_PATH | O_CLOEXEC));
        if (optional && (fd == -Errno.ENOENT || fd == -Errno.ENOTDIR)) {
            return new GrantedFile(ABSENT, false);
        }
        SysException.check("cannot grant " + path, fd);
        Block statx = Block.allocate(Statx.SIZE);
        long result = Statx.ask((int) fd, Statx.MASK_TYPE, statx);
        if (result < 0) {
            Linux.close((int) fd);
            throw new SysException("statx of " + path, (int) -result);
        }
        return new GrantedFile((int) fd, (statx.getShort(Statx.MODE) & Statx.S_IFMT) == Statx.S_IFDIR);
    }

    boolean isAbsent() {
        return fd == ABSENT;
    }

    @Override
    public void close() {
        if (!isAbsent()) {
            Linux.close(fd);
        }
    }
}
