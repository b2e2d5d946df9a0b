package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Paths;
import org.sluice.linux.Statx;

/**
 * A file that names one temporary folder and is locked as long as anybody of its supervisor lives. The lock is flock(2)'s: it
 * belongs to the open file, so the kernel drops it with the last process that has the file open, whatever PID namespace the
 * others are in. The supervisor has it, and so has the guard of each of its sandboxes, which outlives the supervisor until no
 * process of the sandbox is left; the processes themselves do not, since the file is closed when they begin.
 *
 * <p>Whoever gets the lock has to look whether the file still has a name: the one before may have erased it meanwhile. Not
 * thread-safe.
 */
final class FolderRecord implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FolderRecord.class);

    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int OWNER_ONLY = 0600;

    /** Enough for any path. */
    private static final int LONGEST = 8192;

    private final Path file;
    private final Descriptor descriptor;

    private FolderRecord(Path file, Descriptor descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    /** A new one in {@code records}, locked, that names no folder yet. */
    static FolderRecord create(Path records) throws IOException {
        while (true) {
            Path file =
                    records.resolve(Long.toHexString(ThreadLocalRandom.current().nextLong()));
            long fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC);
            if (fd == -Errno.EEXIST) {
                continue;
            }
            if (fd < 0) {
                throw failure(file, fd);
            }
            @Nullable FolderRecord record = locked(file, new Descriptor((int) fd));
            // Between open and lock another supervisor may have taken it for abandoned; then it erases it.
            if (record != null) {
                return record;
            }
        }
    }

    /** The record in a file that nobody holds, locked; null if somebody does, or if it has gone. */
    static @Nullable FolderRecord abandoned(Path file) throws IOException {
        long fd = open(file, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (fd == -Errno.ENOENT) {
            return null;
        }
        if (fd < 0) {
            throw failure(file, fd);
        }
        return locked(file, new Descriptor((int) fd));
    }

    private static @Nullable FolderRecord locked(Path file, Descriptor descriptor) {
        if (Linux.call(Nr.FLOCK, descriptor.fd(), LOCK_EX | LOCK_NB) == 0 && hasName(descriptor.fd())) {
            return new FolderRecord(file, descriptor);
        }
        descriptor.close();
        return null;
    }

    private static boolean hasName(int fd) {
        Block statx = Block.allocate(Statx.SIZE);
        return Statx.ask(fd, Statx.MASK_BASIC, statx) == 0
                && statx.getInt(Statx.LINKS) == 1
                && (statx.getShort(Statx.MODE) & Statx.S_IFMT) == Statx.S_IFREG;
    }

    private static long open(Path file, int flags) {
        return Paths.block(file).with(name -> Linux.call(Nr.OPENAT, AT_FDCWD, name, flags, OWNER_ONLY, 0, 0));
    }

    private static IOException failure(Path file, long result) {
        return new IOException(file + ": " + Errno.describe((int) -result));
    }

    /** Names the folder, before it is made. */
    void name(Path folder) throws IOException {
        byte[] text = folder.toString().getBytes(StandardCharsets.UTF_8);
        long written = Block.of(text).with(at -> Linux.call(Nr.PWRITE64, descriptor.fd(), at, text.length, 0, 0, 0));
        if (written != text.length) {
            throw new IOException(file + ": " + (written < 0 ? Errno.describe((int) -written) : "cut short"));
        }
    }

    /** The folder; empty if its supervisor was killed before it named one. */
    Optional<Path> folder() throws IOException {
        Block text = Block.allocate(LONGEST);
        long length = text.with(at -> Linux.call(Nr.PREAD64, descriptor.fd(), at, LONGEST, 0, 0, 0));
        if (length < 0) {
            throw failure(file, length);
        }
        Path folder = Path.of(new String(text.get(0, (int) length), StandardCharsets.UTF_8));
        return length == 0 ? Optional.empty() : Optional.of(folder);
    }

    /** Removes the record, once its folder has gone. */
    void erase() throws IOException {
        Files.deleteIfExists(file);
    }

    /** Removes the record of a folder that is gone, or was never made, and lets go. */
    void discard() {
        try (this) {
            erase();
        } catch (IOException e) {
            log.debug("{} is left to the next supervisor", file, e);
        }
    }

    /** Lets go; a record that was not erased is now anybody's. */
    @Override
    public void close() {
        descriptor.close();
    }
}
