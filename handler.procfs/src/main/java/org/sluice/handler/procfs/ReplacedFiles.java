package org.sluice.handler.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Bytes;
import org.sluice.notify.Settings;

/**
 * The files of a sandbox that have another content than the machine's: of each, a text that stands in the profile or a file
 * that holds it, which is read whenever the sandbox opens the replaced one. Immutable.
 */
final class ReplacedFiles {

    /** The key of the section. */
    static final String KEY = "replace";

    /** The most that is served: enough for any table, and no way to fill the memory of the supervisor. */
    static final int MOST = 16 << 20;

    private static final String TEXT = "text";
    private static final String FILE = "file";

    private final Map<String, Object> contents = new TreeMap<>();

    /**
     * Of a section.
     *
     * @throws IllegalArgumentException for a file that cannot be read; the message names it
     */
    ReplacedFiles(Settings settings) {
        if (!(settings.values().get(KEY) instanceof Map<?, ?> replaced)) {
            return;
        }
        replaced.forEach((path, content) -> contents.put(path.toString(), content(path, content)));
    }

    private static Object content(Object path, @Nullable Object content) {
        Object text = content instanceof Map<?, ?> map ? map.get(TEXT) : null;
        Object file = content instanceof Map<?, ?> map ? map.get(FILE) : null;
        if (text != null) {
            return Bytes.utf8(text.toString());
        }
        if (file == null
                || !Files.isRegularFile(Path.of(file.toString()))
                || !Files.isReadable(Path.of(file.toString()))) {
            throw new IllegalArgumentException("procfs.replace: the content of " + path
                    + (file == null ? " is missing" : ", " + file + ", is no file that can be read")
                    + "; write { \"text\": \"…\" } or { \"file\": \"/path\" }");
        }
        return Path.of(file.toString());
    }

    /** The paths. */
    Set<String> paths() {
        return new TreeSet<>(contents.keySet());
    }

    /**
     * The content of one of {@link #paths}.
     *
     * @throws IOException if it cannot be read now, or is too long
     */
    Bytes content(String path) throws IOException {
        Object content = contents.get(path);
        if (content instanceof Bytes text) {
            return text;
        }
        if (!(content instanceof Path file)) {
            throw new IllegalArgumentException(path + " is not replaced");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw new IOException(file + " is longer than " + MOST + " bytes");
            }
            return Bytes.of(bytes);
        }
    }
}
