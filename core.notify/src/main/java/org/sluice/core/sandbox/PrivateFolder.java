package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.StartException;

/**
 * The temporary folder of one sandbox, made for it and removed when its last process has ended.
 *
 * @param path where it is, without symbolic links
 * @param record by which another supervisor finds it, if this one cannot remove it
 */
record PrivateFolder(Path path, Optional<FolderRecord> record) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PrivateFolder.class);

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Makes one in {@code parent}, whose name begins with {@code prefix}, and names it in the record first. */
    static PrivateFolder make(Path parent, String prefix, Optional<FolderRecord> record) {
        try {
            Path real = parent.toRealPath();
            while (true) {
                Path folder = real.resolve(
                        prefix + Long.toHexString(ThreadLocalRandom.current().nextLong()));
                if (record.isPresent()) {
                    record.get().name(folder);
                }
                try {
                    // Fails on whatever is there already, a link too, so a name that somebody guessed does no harm.
                    Files.createDirectory(folder, OWNER_ONLY);
                    return new PrivateFolder(folder, record);
                } catch (FileAlreadyExistsException e) {
                    log.debug("{} is taken", folder);
                }
            }
        } catch (IOException e) {
            record.ifPresent(FolderRecord::discard);
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot make a temporary folder in " + parent + ": " + e + "; set TMPDIR to a folder that you own",
                    e);
        }
    }

    /** Removes the folder with everything in it. Links are removed, not followed; no process of the sandbox is left. */
    @Override
    public void close() {
        if (FolderRemoval.remove(path, Long.MAX_VALUE / 2)) {
            record.ifPresent(FolderRecord::discard);
        } else {
            log.warn("the temporary folder {} could not be removed", path);
            record.ifPresent(FolderRecord::close);
        }
    }
}
