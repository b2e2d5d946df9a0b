package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.StartException;

/** The temporary folder of one sandbox, made for it and removed when its last process has ended. */
record PrivateFolder(Path path) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PrivateFolder.class);

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    static PrivateFolder make(Path parent, String sandbox) {
        String prefix = "sluice-tmp-" + sandbox + "-";
        try {
            while (true) {
                Path folder = parent.resolve(
                        prefix + Long.toHexString(ThreadLocalRandom.current().nextLong()));
                try {
                    // Fails on whatever is there already, a link too, so a name that somebody guessed does no harm.
                    Files.createDirectory(folder, OWNER_ONLY);
                    return new PrivateFolder(folder.toRealPath());
                } catch (FileAlreadyExistsException e) {
                    log.debug("{} is taken", folder);
                }
            }
        } catch (IOException e) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot make a temporary folder in " + parent + ": " + e + "; set TMPDIR to a folder that you own",
                    e);
        }
    }

    /** Removes the folder with everything in it. Links are removed, not followed; no process of the sandbox is left. */
    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    // The target may have taken its own rights away.
                    Files.setPosixFilePermissions(folder, Set.copyOf(PosixFilePermissions.fromString("rwx------")));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("the temporary folder {} could not be removed: {}", path, e.toString());
        }
    }
}
