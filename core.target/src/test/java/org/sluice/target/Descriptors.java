package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The descriptors of this very process at one moment. The JDK closes those of a child that has ended when it gets to it, so
 * only what has come since then counts, not what has gone.
 *
 * @param open each with what it refers to
 */
record Descriptors(Set<String> open) {

    static Descriptors now() throws IOException {
        Set<String> open = new HashSet<>();
        Path folder = Path.of("/proc/self/fd");
        try (var each = Files.newDirectoryStream(folder)) {
            for (Path descriptor : each) {
                try {
                    open.add(descriptor.getFileName() + " " + Files.readSymbolicLink(descriptor));
                } catch (NoSuchFileException e) {
                    // The one that lists, or one that was closed just now: it is not open.
                }
            }
        }
        open.removeIf(text -> text.endsWith("/fd"));
        return new Descriptors(open);
    }

    /** Fails if there is any now that was not there then. */
    void assertNoMore() throws IOException {
        Set<String> more = new HashSet<>(now().open);
        more.removeAll(open);
        assertEquals(Set.of(), more, "descriptors that were left open");
    }
}
