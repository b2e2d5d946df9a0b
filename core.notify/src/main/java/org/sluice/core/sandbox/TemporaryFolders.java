package org.sluice.core.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private temporary folders of a supervisor's sandboxes. Nobody removes those of a supervisor that is killed, so each
 * folder has a {@link FolderRecord}, which says by its lock whether somebody of that supervisor lives; a later supervisor
 * removes what is recorded and no longer held. Folders are found by records alone, which no sandbox can write: what merely
 * looks like one is never touched, nor is one of a version that kept no records. Thread-safe.
 */
final class TemporaryFolders {

    /** What every name of a folder begins with. */
    static final String PREFIX = "sluice-tmp-";

    /** One that is refilled all the time keeps nobody from removing the others. */
    private static final Duration FOR_ONE = Duration.ofSeconds(3);

    private static final Duration FOR_ALL = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(TemporaryFolders.class);

    private final Path parent;
    private final Optional<Path> records;
    private final AtomicBoolean swept = new AtomicBoolean();

    /**
     * Folders in {@code parent}.
     *
     * @param records where it is kept which there are; without it those of a supervisor that is killed stay
     */
    TemporaryFolders(Path parent, Optional<Path> records) {
        this.parent = parent;
        this.records = records;
    }

    /** Makes the folder of a sandbox. */
    PrivateFolder make(String sandbox) {
        return PrivateFolder.make(parent, PREFIX + sandbox + "-", record());
    }

    /** A sandbox whose folder may stay after a kill is better than none. */
    private Optional<FolderRecord> record() {
        if (records.isEmpty()) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(
                    records.get(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return Optional.of(FolderRecord.create(records.get()));
        } catch (IOException e) {
            log.warn("no record of a temporary folder can be made, so it stays if this supervisor is killed", e);
            return Optional.empty();
        }
    }

    /** The first time, removes what killed supervisors left, in a thread of its own. */
    void sweepOnce() {
        if (records.isPresent() && swept.compareAndSet(false, true)) {
            Thread sweeper = new Thread(this::sweep, "sluice sweep");
            sweeper.setDaemon(true);
            sweeper.start();
        }
    }

    /** Removes what is recorded and held by nobody, as far as time allows; the rest is left to the next supervisor. */
    void sweep() {
        if (records.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + FOR_ALL.toNanos();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(records.get())) {
            for (Path file : files) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                sweep(file, Math.min(left, FOR_ONE.toNanos()));
            }
        } catch (NoSuchFileException none) {
            log.debug("nothing was ever recorded in {}", none.getMessage());
        } catch (IOException e) {
            log.debug("the records of temporary folders cannot be read", e);
        }
    }

    private static void sweep(Path file, long nanos) {
        try (FolderRecord record = FolderRecord.abandoned(file)) {
            if (record == null) {
                return;
            }
            Optional<Path> folder = record.folder();
            if (folder.isEmpty() || FolderRemoval.remove(folder.get(), nanos)) {
                folder.ifPresent(path -> log.info("removed {}, which a killed supervisor left", path));
                record.erase();
            } else {
                log.debug("{} is left to the next supervisor", folder.get());
            }
        } catch (IOException e) {
            log.debug("the record {} cannot be read", file, e);
        }
    }
}
