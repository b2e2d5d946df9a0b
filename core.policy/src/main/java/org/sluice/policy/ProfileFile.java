package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file that a profile was read from. Profiles lie in working directories, where the sandbox may write, and the kernel
 * cannot take one file out of such a grant. So a sandbox runs by what was read before its start and nothing is read again;
 * a file that is another one afterwards is told to the person who would use it next. Immutable.
 */
public final class ProfileFile {

    private final String name;
    private final Path path;
    private final byte[] text;

    ProfileFile(String name, Path path, byte[] text) {
        this.name = name;
        this.path = path;
        this.text = text.clone();
    }

    /** As it was written on the command line or after {@code extends}. */
    public String name() {
        return name;
    }

    /** Where it is, absolute. */
    public Path path() {
        return path;
    }

    /** Whether another text, or none that can be read, is there now. */
    public boolean hasChanged() {
        try {
            return Files.size(path) != text.length || !Arrays.equals(Files.readAllBytes(path), text);
        } catch (IOException e) {
            return true;
        }
    }
}
