package org.sluice.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The framework's cache directory of one supervisor. Its owner holds a lock on a file in it, and the kernel drops that
 * lock with the process: whoever gets the lock knows that the owner is gone and may remove the directory. The lock file
 * takes its name only once it is locked, so that nobody removes a directory that is being made.
 */
final class CacheDirectory implements AutoCloseable {

    private static final String PREFIX = "run-";
    private static final String LOCK = "lock";
    /** How long a directory without a lock file may be in the making. */
    private static final Duration MAKING = Duration.ofMinutes(10);

    private final Path path;
    private final FileChannel lock;

    private CacheDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes a new one below {@code base}. */
    static CacheDirectory create(Path base) {
        try {
            Path path = directory(base);
            Path making = path.resolve(LOCK + ".new");
            FileChannel lock = FileChannel.open(making, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new IOException("lock of " + making + " is taken");
            }
            Files.move(making, path.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
            return new CacheDirectory(path, lock);
        } catch (AccessDeniedException e) {
            // Caches belong to a supervisor, so no sandbox may write there.
            throw new UsageException(
                    "may not write below " + base
                            + "; a sandbox cannot be started in a sandbox, and elsewhere XDG_CACHE_HOME names a folder of yours",
                    e);
        } catch (IOException e) {
            throw new UsageException("cannot make a cache below " + base + ": " + e + "; set XDG_CACHE_HOME", e);
        }
    }

    /** A name is enough that nobody else has: the folder around it is this user's, and random names take long to begin. */
    private static Path directory(Path base) throws IOException {
        long number = ProcessHandle.current().pid();
        while (true) {
            try {
                return Files.createDirectory(
                        base.resolve(PREFIX + number),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                number = System.nanoTime();
            }
        }
    }

    /** Where the framework may write. */
    Path framework() {
        return path.resolve("felix");
    }

    /** For other temporary files of this supervisor. */
    Path path() {
        return path;
    }

    /** Where supervisors keep which temporary folders they made; it outlives them. */
    Path records() {
        return path.resolveSibling("temporary");
    }

    /** Removes what ended supervisors left beside this one. */
    void sweep() throws IOException {
        List<Path> others;
        try (Stream<Path> list = Files.list(path.resolveSibling("."))) {
            others = list.map(Path::normalize)
                    .filter(other -> other.getFileName().toString().startsWith(PREFIX) && !other.equals(path))
                    .toList();
        }
        for (Path other : others) {
            if (isAbandoned(other)) {
                delete(other);
            }
        }
    }

    private static boolean isAbandoned(Path other) throws IOException {
        try (FileChannel channel = FileChannel.open(other.resolve(LOCK), StandardOpenOption.WRITE)) {
            @Nullable FileLock taken = channel.tryLock();
            return taken != null;
        } catch (NoSuchFileException e) {
            try {
                return Files.getLastModifiedTime(other)
                        .toInstant()
                        .isBefore(Instant.now().minus(MAKING));
            } catch (NoSuchFileException gone) {
                return false;
            }
        }
    }

    @Override
    public void close() {
        try (lock) {
            delete(path);
        } catch (IOException e) {
            // A bundle that still runs has just made a file there; the next supervisor's sweep removes the rest.
            LoggerFactory.getLogger(CacheDirectory.class).debug("{} is left to a later sweep", path, e);
        }
    }

    private static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
