package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A profile that lies where a sandbox may write. */
class ProfileFileTest {

    @TempDir
    Path folder = Path.of("");

    private final List<ProfileFile> read = new ArrayList<>();

    private void load(String file) {
        new ProfileLoader(folder, read::add).load(file);
    }

    @Test
    void everyFileThatWasReadIsKnown() throws IOException {
        Files.writeString(folder.resolve("base.json"), "{\"extends\": \"default\"}");
        Files.writeString(folder.resolve("app.json"), "{\"extends\": \"./base.json\"}");
        load("./app.json");
        assertEquals(
                List.of("./base.json", "./app.json"),
                read.stream().map(ProfileFile::name).toList());
        assertEquals(folder.resolve("app.json").toAbsolutePath(), read.get(1).path());
        assertTrue(read.stream().noneMatch(ProfileFile::hasChanged));
    }

    @Test
    void whateverIsDoneToItShows() throws IOException {
        Path file = Files.writeString(folder.resolve("app.json"), "{\"datagram\": \"deny\"}");
        load("./app.json");
        ProfileFile known = read.get(0);
        Files.writeString(file, "{\"datagram\": \"any\" }");
        assertTrue(known.hasChanged(), "other bytes of the same length");
        Files.delete(file);
        assertTrue(known.hasChanged(), "removed");
        Path other = Files.writeString(folder.resolve("other"), "{\"datagram\": \"deny\"}");
        Files.createSymbolicLink(file, other);
        assertFalse(known.hasChanged(), "what is read there is what counts");
        Files.writeString(other, "{}");
        assertTrue(known.hasChanged(), "another file behind a link");
    }
}
