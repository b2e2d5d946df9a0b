package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of {@code --audit}. It is made before the framework starts, because the core protects only places that exist.
 */
final class AuditFile {

    private AuditFile() {}

    /** The file's absolute path; an empty file, its owner's alone, is made if there is none. */
    static Path prepare(String name) {
        Path file = Path.of(name).toAbsolutePath();
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // It is continued; whether it can be is for the audit log to say.
        } catch (IOException e) {
            throw new UsageException(
                    "cannot make the audit file " + file + ": " + e + "; name one in a folder of yours", e);
        }
        return file;
    }
}
