package org.sluice.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where Sluice keeps what belongs to a user, by the XDG base directory specification; without a home directory, in a
 * folder of {@code /tmp} that nobody else can write to.
 */
final class Places {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Map<String, String> environment;
    private final int uid;

    Places(Map<String, String> environment, int uid) {
        this.environment = environment;
        this.uid = uid;
    }

    /** The user who runs this process. */
    static int uid() {
        try {
            Path self = Path.of("/proc/self/");
            return number(self.toRealPath(), "uid");
        } catch (IOException e) {
            throw new UsageException("cannot read /proc/self: " + e.getMessage() + "; is /proc mounted?", e);
        }
    }

    /** The folder for the framework's caches, made if it is missing. */
    Path caches() {
        return folder("XDG_CACHE_HOME", ".cache").orElseGet(() -> temporary("cache"));
    }

    /** The user's own, made if it is missing; empty if there is no such place. */
    private Optional<Path> folder(String variable, String inHome) {
        Path base = absolute(variable);
        if (base == null) {
            Path home = absolute("HOME");
            base = home == null ? null : home.resolve(inHome);
        }
        if (base != null && belongsToUser(existingParent(base))) {
            try {
                return Optional.of(
                        Files.createDirectories(base.resolve("sluice"), PosixFilePermissions.asFileAttribute(PRIVATE)));
            } catch (IOException e) {
                // A home directory on a read-only file system is as good as none.
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The folder for what holds beyond one run, made if it is missing; empty for a user without a home directory. */
    Optional<Path> state() {
        return folder("XDG_STATE_HOME", ".local/state");
    }

    /** The folder for the control sockets, made if it is missing. */
    Path sockets() {
        Path base = absolute("XDG_RUNTIME_DIR");
        if (base != null && belongsToUser(base)) {
            return checked(base.resolve("sluice"));
        }
        return temporary("run");
    }

    private Path temporary(String name) {
        return checked(checked(Path.of("/tmp/sluice-" + uid)).resolve(name));
    }

    /** A folder that is this user's alone; refused if it is a link, another user's or open to others. */
    private Path checked(Path folder) {
        try {
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
            } catch (FileAlreadyExistsException e) {
                // Made by an earlier run, or by somebody else: the check tells.
            }
            boolean open = (number(folder, "mode") & 0077) != 0;
            if (number(folder, "uid") != uid || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || open) {
                throw new UsageException(folder + " is not a folder that only uid " + uid
                        + " can use; remove it, or set XDG_RUNTIME_DIR and XDG_CACHE_HOME");
            }
            return folder;
        } catch (IOException e) {
            throw new UsageException(
                    "cannot make " + folder + ": " + e + "; set XDG_RUNTIME_DIR and XDG_CACHE_HOME", e);
        }
    }

    private @Nullable Path absolute(String variable) {
        String value = environment.get(variable);
        return value != null && value.startsWith("/") ? Path.of(value) : null;
    }

    /** An attribute of the file itself, not of what a link points to. */
    private static int number(Path file, String attribute) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS)).intValue();
    }

    private static Path existingParent(Path path) {
        Path at = path;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private boolean belongsToUser(Path folder) {
        try {
            return number(folder.toRealPath(), "uid") == uid && Files.isWritable(folder);
        } catch (IOException e) {
            return false;
        }
    }

    /** Refuses a folder of the distribution into which others could put code. */
    void requireTrusted(Path folder) {
        try {
            int owner = number(folder, "uid");
            if ((number(folder, "mode") & 0022) != 0) {
                throw new UsageException("others can write to " + folder + "; run: chmod go-w " + folder);
            }
            if (owner != 0 && owner != uid) {
                throw new UsageException(folder + " belongs to uid " + owner + "; it must be yours or root's");
            }
        } catch (IOException e) {
            throw new UsageException("cannot examine " + folder + ": " + e + "; install Sluice again", e);
        }
    }
}
