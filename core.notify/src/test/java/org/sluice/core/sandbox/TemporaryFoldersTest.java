package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed supervisors left is removed by the next one, and nothing else is. */
class TemporaryFoldersTest {

    @TempDir
    private Path temp;

    private Path parent;
    private Path records;

    @BeforeEach
    void make() throws IOException {
        parent = Files.createDirectory(temp.toRealPath().resolve("tmp"));
        records = temp.toRealPath().resolve("caches/temporary");
    }

    private TemporaryFolders supervisor() {
        return new TemporaryFolders(parent, Optional.of(records));
    }

    /** As after the end of every process that had the record open. */
    private static void abandon(PrivateFolder folder) {
        folder.record().orElseThrow().close();
    }

    private List<Path> recorded() throws IOException {
        try (Stream<Path> all = Files.list(records)) {
            return all.toList();
        }
    }

    @Test
    void whatNobodyHoldsIsRemovedAndWhatIsHeldStays() throws IOException {
        try (PrivateFolder living = supervisor().make("living")) {
            PrivateFolder dead = supervisor().make("dead");
            Files.writeString(dead.path().resolve("file"), "x");
            supervisor().sweep();
            assertTrue(Files.exists(dead.path()), "both are held");
            abandon(dead);
            supervisor().sweep();
            assertFalse(Files.exists(dead.path()));
            assertTrue(Files.exists(living.path()));
            assertEquals(1, recorded().size());
        }
        assertEquals(List.of(), recorded());
    }

    @Test
    void whatOnlyLooksLikeOneIsNotTouched() throws IOException {
        Path precious = Files.createDirectory(parent.resolve("precious"));
        Path older = Files.createDirectory(parent.resolve(TemporaryFolders.PREFIX + "s1-0123456789abcdef"));
        Files.writeString(older.resolve("file"), "x");
        Files.createSymbolicLink(older.resolve("out"), precious);
        Path link = Files.createSymbolicLink(parent.resolve(TemporaryFolders.PREFIX + "s1-link"), precious);
        abandon(supervisor().make("dead"));
        supervisor().sweep();
        assertEquals(List.of(), recorded());
        assertTrue(Files.exists(older.resolve("file")) && Files.exists(older.resolve("out")));
        assertTrue(Files.isSymbolicLink(link) && Files.exists(precious));
    }

    /** The folder was exchanged for a link after its supervisor had gone. */
    @Test
    void aLinkInItsPlaceLeadsNowhere() throws IOException {
        Path precious = Files.createDirectory(parent.resolve("precious"));
        Files.writeString(precious.resolve("file"), "kept");
        PrivateFolder dead = supervisor().make("dead");
        abandon(dead);
        Files.delete(dead.path());
        Files.createSymbolicLink(dead.path(), precious);
        supervisor().sweep();
        assertTrue(Files.exists(precious.resolve("file")));
    }

    /** One that was killed between the steps of making a folder. */
    @Test
    void aRecordWithoutAFolderGoes() throws IOException {
        PrivateFolder dead = supervisor().make("dead");
        abandon(dead);
        Files.delete(dead.path());
        FolderRecord.create(records).close();
        assertEquals(2, recorded().size());
        supervisor().sweep();
        assertEquals(List.of(), recorded());
    }

    /** Supervisors start, end and are killed while others sweep. */
    @Test
    void nobodysFolderGoesWhileManySweep() throws IOException {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(this::lives));
        }
        assertEquals(0, all.stream().mapToInt(CompletableFuture::join).sum(), "folders of the living that went");
        supervisor().sweep();
        assertEquals(List.of(), recorded());
        try (Stream<Path> left = Files.list(parent)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private int lives() {
        int lost = 0;
        for (int i = 0; i < 500; i++) {
            try (PrivateFolder living = supervisor().make("living")) {
                abandon(supervisor().make("dead"));
                supervisor().sweep();
                lost += Files.exists(living.path()) ? 0 : 1;
            }
        }
        return lost;
    }
}
