package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Paths;

/** A temporary folder goes whatever was made of it, and nothing else goes with it. */
class FolderRemovalTest {

    private static final int TRIES = Integer.getInteger("sluice.attack.tries", 10_000);
    private static final long PATIENCE = Duration.ofMinutes(1).toNanos();
    private static final int NOBODY = 65534;

    @TempDir
    private Path temp;

    private Path real;
    private Path folder;
    private Path precious;
    private volatile Optional<Pair> attacked = Optional.empty();

    @BeforeEach
    void make() throws IOException {
        real = temp.toRealPath();
        folder = Files.createDirectory(real.resolve(TemporaryFolders.PREFIX + "x"));
        precious = Files.createDirectory(real.resolve("precious"));
        Files.writeString(precious.resolve("file"), "kept");
    }

    @Test
    void linksAreRemovedAndNotFollowed() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b"));
        for (Path where : new Path[] {folder, inner}) {
            Files.createSymbolicLink(where.resolve("out"), precious);
            Files.createSymbolicLink(where.resolve("file"), precious.resolve("file"));
            Files.createSymbolicLink(where.resolve("up"), Path.of("../.."));
        }
        assertTrue(FolderRemoval.remove(folder, PATIENCE));
        assertFalse(Files.exists(folder, LinkOption.NOFOLLOW_LINKS));
        assertEquals("kept", Files.readString(precious.resolve("file")));
    }

    @Test
    void aTreeDeeperThanAnyPathGoes() throws Exception {
        // Moved below itself level by level from outside, since no path reaches its end.
        Path chain = Files.createDirectories(folder.resolve("d"));
        for (int i = 0; i < 200; i++) {
            Path above = Files.createDirectory(folder.resolve("next"));
            Path deep = above;
            for (int j = 0; j < 10; j++) {
                deep = Files.createDirectory(deep.resolve("level"));
            }
            Files.writeString(deep.resolve("file"), "x");
            Files.move(chain, deep.resolve("d"), StandardCopyOption.ATOMIC_MOVE);
            chain = Files.move(above, folder.resolve("d"), StandardCopyOption.ATOMIC_MOVE);
        }
        assertTrue(FolderRemoval.remove(folder, PATIENCE));
        assertFalse(Files.exists(folder));
    }

    @Test
    void rightsThatWereTakenAwayDoNotKeepIt() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("a/b/c"));
        Files.writeString(inner.resolve("file"), "x");
        for (String each : new String[] {"a/b/c", "a/b", "a", ""}) {
            Files.setPosixFilePermissions(folder.resolve(each), PosixFilePermissions.fromString("---------"));
        }
        assertTrue(FolderRemoval.remove(folder, PATIENCE));
        assertFalse(Files.exists(folder));
    }

    @Test
    void onlyWhatIsNamedAsOneAndIsThisUsersIsRemoved() throws IOException {
        assertFalse(FolderRemoval.remove(precious, PATIENCE));
        assertFalse(FolderRemoval.remove(real.relativize(folder), PATIENCE));
        Path link = Files.createSymbolicLink(real.resolve(TemporaryFolders.PREFIX + "link"), precious);
        assertFalse(FolderRemoval.remove(link, PATIENCE));
        Path through = Files.createSymbolicLink(real.resolve("through"), real);
        assertFalse(FolderRemoval.remove(through.resolve(folder.getFileName()), PATIENCE));
        assertTrue(Files.exists(folder));
        assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(precious.resolve("file")));
        assertTrue(FolderRemoval.remove(real.resolve(TemporaryFolders.PREFIX + "none"), PATIENCE));
    }

    @Test
    void anotherUsersIsNotRemoved() throws IOException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a folder away");
        Files.setAttribute(folder, "unix:uid", NOBODY);
        assertFalse(FolderRemoval.remove(folder, PATIENCE));
        assertTrue(Files.exists(folder));
    }

    @Test
    void whatTimeDidNotAllowIsLeft() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        assertFalse(FolderRemoval.remove(folder, -1));
        assertTrue(Files.exists(folder.resolve("a/b")));
    }

    /** A directory in the folder and a link out of it change places all the while. */
    @Test
    void noRaceLeadsOut() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger exchanged = new AtomicInteger();
        CompletableFuture<Void> attacker = CompletableFuture.runAsync(() -> {
            Optional<Pair> gone = Optional.empty();
            while (!done.get()) {
                Optional<Pair> pair = attacked;
                if (pair.equals(gone)) {
                    Thread.onSpinWait();
                } else if (pair.filter(Pair::exchange).isPresent()) {
                    exchanged.incrementAndGet();
                } else {
                    gone = pair;
                }
            }
        });
        int removed = 0;
        int folders = 0;
        // A try of the attacker's is an exchange.
        for (; exchanged.get() < TRIES && folders < 100 * TRIES; folders++) {
            Path tried = Files.createDirectory(real.resolve(TemporaryFolders.PREFIX + folders));
            Path entry = Files.createDirectory(tried.resolve("entry"));
            Files.createFile(entry.resolve("file"));
            Path link = Files.createSymbolicLink(real.resolve("link" + folders), precious);
            attacked = Optional.of(new Pair(Paths.block(entry), Paths.block(link)));
            removed += FolderRemoval.remove(tried, PATIENCE) ? 1 : 0;
            assertTrue(Files.exists(precious.resolve("file")), "a file outside went");
        }
        done.set(true);
        attacker.join();
        System.out.println("exchanged " + exchanged + " times, removed " + removed + " of " + folders);
        assertTrue(exchanged.get() >= TRIES && removed >= folders / 50, removed + " of " + folders);
    }

    /** Two names that change places, renameat2(2). */
    private record Pair(Block one, Block other) {

        private static final int AT_FDCWD = -100;
        private static final int RENAME_EXCHANGE = 2;

        boolean exchange() {
            return one.with(a ->
                            other.with(b -> Linux.call(Nr.RENAMEAT2, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE, 0)))
                    == 0;
        }
    }
}
