package org.sluice.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;

/** A file as somebody would find it who opened it for reading now, with no call behind it. For answers to people. */
final class FileOnDisk implements Opening {

    private static final int S_IFREG = 0100000;

    private final Path path;

    /** Of a canonical path. */
    FileOnDisk(Path path) {
        this.path = path;
    }

    Bytes name() {
        return Bytes.utf8(path.toString());
    }

    @Override
    public Optional<Bytes> path() {
        return Optional.of(name());
    }

    @Override
    public int unresolved() {
        return 0;
    }

    @Override
    public boolean isMissing() {
        return mode() == 0;
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public int mode() {
        return attribute("unix:mode").orElse(0);
    }

    /** What is not there could be a file. */
    int typeOrFile() {
        return attribute("unix:mode").orElse(S_IFREG);
    }

    @Override
    public long names() {
        return attribute("unix:nlink").orElse(1);
    }

    private Optional<Integer> attribute(String name) {
        try {
            return Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS) instanceof Number number
                    ? Optional.of(number.intValue())
                    : Optional.empty();
        } catch (IOException e) {
            // It is not there, or may not be looked at.
            return Optional.empty();
        }
    }

    @Override
    public Optional<Bytes> snapshot(int most) {
        return Files.isRegularFile(path) ? read(path, most) : Optional.empty();
    }

    @Override
    public Optional<Bytes> beside(String ending, int most) {
        Path other = Path.of(path + ending);
        return Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS) ? read(other, most) : Optional.empty();
    }

    private static Optional<Bytes> read(Path file, int most) {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(most + 1);
            return bytes.length > most ? Optional.empty() : Optional.of(Bytes.of(bytes));
        } catch (IOException e) {
            // Who may not read it is told that it cannot be verified.
            return Optional.empty();
        }
    }
}
