package org.sluice.itest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Who runs a command. */
enum User {
    /** Whoever runs the tests. */
    OWN,
    /** A user without rights, groups and home; only root can become one. */
    NOBODY;

    private static final int NOBODY_ID = 65534;

    /** The users that this process can be. */
    static Stream<User> available() {
        return OWN.isRoot() ? Stream.of(OWN, NOBODY) : Stream.of(OWN);
    }

    /** Those of {@link #available} that may not read every file. */
    static Stream<User> ordinary() {
        return available().filter(user -> !user.isRoot());
    }

    boolean isRoot() {
        return this == OWN && System.getProperty("user.name").equals("root");
    }

    List<String> prefix() {
        return this == OWN
                ? List.of()
                : List.of(
                        "setpriv",
                        "--reuid=" + NOBODY_ID,
                        "--regid=" + NOBODY_ID,
                        "--clear-groups",
                        "env",
                        "--unset=HOME",
                        "--unset=XDG_RUNTIME_DIR",
                        "--unset=XDG_CACHE_HOME",
                        // The PATH of root may name folders that this user cannot search: that is EACCES, not ENOENT.
                        "PATH=" + Programs.PATH);
    }

    /** A new folder that belongs to this user. */
    Path folder() throws Exception {
        Path folder = Files.createTempDirectory("sluice-itest-" + name());
        Distribution.removeAtEnd(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        if (this == NOBODY) {
            Files.setAttribute(folder, "unix:uid", NOBODY_ID);
            Files.setAttribute(folder, "unix:gid", NOBODY_ID);
        }
        return folder;
    }
}
