package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;

/** What lies in a protected place, found from the object upwards. */
class ProtectedPlacesTest {

    @TempDir
    private Path temp;

    private Path folder;
    private Path place;
    private ProtectedPlaces places;

    @BeforeEach
    void protect() throws Exception {
        folder = temp.toRealPath();
        place = Files.createDirectory(folder.resolve("place"));
        places = new ProtectedPlaces(List.of(place, folder.resolve("not there")));
    }

    private static PinnedPath pin(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        int fd = PathSteps.openName(PathSteps.AT_FDCWD, name, 0, name.length);
        assertTrue(fd >= 0, path::toString);
        return PinnedPath.found(fd, Inode.of(fd), FileSystem.of(fd), name, true);
    }

    private boolean contains(Path path) {
        try (PinnedPath pinned = pin(path)) {
            return places.contain(pinned, pinned.canonical().orElse(Bytes.of()));
        }
    }

    @Test
    void thePlaceAndWhatIsInItButNothingBesideIt() throws Exception {
        Path inner = Files.createDirectories(place.resolve("a/b"));
        assertTrue(contains(place));
        assertTrue(contains(inner));
        assertTrue(contains(Files.createFile(place.resolve("file"))));
        assertTrue(contains(Files.createFile(inner.resolve("file"))));
        assertFalse(contains(folder));
        assertFalse(contains(Files.createFile(folder.resolve("file"))));
        assertFalse(contains(Files.createDirectory(folder.resolve("place2"))));
        assertFalse(contains(Path.of("/")));
    }

    /** Each look goes further up than the one before, and from somewhere on from a directory in between. */
    @Test
    void howeverDeepItLies() throws Exception {
        for (Path start : List.of(place, folder.resolve("beside"))) {
            Path deep = start;
            for (int i = 0; i < 3 * PathSteps.MOST_LEVELS; i++) {
                deep = deep.resolve("d");
                Files.createDirectories(deep);
                if (i % PathSteps.MOST_LEVELS < 3 || i % PathSteps.MOST_LEVELS > PathSteps.MOST_LEVELS - 4) {
                    assertEquals(start.equals(place), contains(deep), deep.toString());
                }
            }
            assertEquals(start.equals(place), contains(Files.createFile(deep.resolve("file"))), deep.toString());
        }
    }

    @Test
    void wherePlaceOrFileAreAfterTheWalk() throws Exception {
        Path inside = Files.createFile(place.resolve("inside"));
        Path outside = Files.createFile(folder.resolve("outside"));
        try (PinnedPath in = pin(inside);
                PinnedPath out = pin(outside)) {
            Path moved = folder.resolve("moved");
            Files.move(place, moved);
            assertTrue(places.contain(in, in.canonical().orElseThrow()));
            assertFalse(places.contain(out, out.canonical().orElseThrow()));
            Files.move(outside, moved.resolve("outside"));
            assertTrue(places.contain(out, out.canonical().orElseThrow()));
            Files.delete(moved.resolve("inside"));
            // A name that leads nowhere: what cannot be found is not served.
            assertTrue(places.contain(in, in.canonical().orElseThrow()));
        }
    }

    /** The walk came by one of two names; the file lies where that name is. */
    @Test
    void aFileWithANameInsideAndOneOutside() throws Exception {
        Path inside = Files.createFile(place.resolve("inside"));
        Path outside = Files.createLink(folder.resolve("outside"), inside);
        assertTrue(contains(inside));
        assertFalse(contains(outside));
    }

    @Test
    void leavesNoDescriptorOpen() throws Exception {
        Path file =
                Files.createFile(Files.createDirectories(place.resolve("a/b/c")).resolve("file"));
        contains(file);
        int before = lowest();
        for (int i = 0; i < 100; i++) {
            contains(file);
            contains(folder);
        }
        assertEquals(before, lowest());
    }

    private static int lowest() {
        int fd = (int) Linux.call(Nr.DUP, 0);
        Linux.close(fd);
        return fd;
    }
}
