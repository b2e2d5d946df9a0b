package org.sluice.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.Bytes;

class RememberedTest {

    private static final Optional<Boolean> YES = Optional.of(true);

    @TempDir
    private Path folder;

    private Remembered fresh() {
        return new Remembered(Optional.of(folder));
    }

    @Test
    void everyByteComesBack() {
        byte[] bytes = new byte[255];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        Bytes path = Bytes.of(bytes);
        assertEquals(path, Remembered.bytes(path.toString()));
        assertEquals(Optional.empty(), fresh().add("/a b\tc/p.json", path, true, true, true));
        assertEquals(YES, fresh().about("/a b\tc/p.json", path, true, true));
        assertEquals(Optional.empty(), fresh().about("other", path, true, true));
        Bytes spaces = Bytes.utf8("/a  ");
        assertEquals(Optional.empty(), fresh().add("p", spaces, true, false, false));
        assertEquals(Optional.of(false), fresh().about("p", spaces, true, false));
        assertEquals(Optional.empty(), fresh().about("p", Bytes.utf8("/a"), true, false));
    }

    @Test
    void theFileIsTheUsersAlone() throws Exception {
        fresh().add("p", Bytes.utf8("/a"), true, false, true);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
    }

    @Test
    void supervisorsThatWriteAtTheSameTimeLoseNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Remembered own = fresh();
            int number = i;
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 10; j++) {
                    String path = "/" + number + "/" + j;
                    assertEquals(Optional.empty(), own.add("p", Bytes.utf8(path), true, false, true));
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Remembered all = fresh();
        for (int i = 0; i < 40; i++) {
            assertEquals(YES, all.about("p", Bytes.utf8("/" + i / 10 + "/" + i % 10), true, false));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count(), "no half-written file is left");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "always read p /a",
                "sometimes\tread\tp\t/a",
                "always\texecute\tp\t/a",
                "always\tread\tp\t/a\\",
                "always\tread\tp\t/a\\xzz"
            })
    void aFileThatCannotBeReadIsLeftAlone(String line) throws Exception {
        String text = "always\tread\tp\t/good\n" + line + "\n";
        Path file = Files.writeString(folder.resolve("approvals"), text);
        Remembered remembered = fresh();
        assertEquals(Optional.empty(), remembered.about("p", Bytes.utf8("/good"), true, false));
        Optional<String> complaint = remembered.add("p", Bytes.utf8("/b"), true, false, true);
        assertTrue(complaint.orElse("").startsWith(file + ": line 2 "), complaint.orElse(""));
        assertEquals(text, Files.readString(file));
    }

    @Test
    void withoutAPlaceAnswersHoldMeanwhile() {
        Remembered none = new Remembered(Optional.empty());
        assertTrue(none.add("p", Bytes.utf8("/a"), true, false, true)
                .orElse("")
                .endsWith("holds until this supervisor ends"));
        assertEquals(YES, none.about("p", Bytes.utf8("/a"), true, false));
        assertEquals(Optional.empty(), new Remembered(Optional.empty()).about("p", Bytes.utf8("/a"), true, false));
    }

    @Test
    void whatCouldNotBeKeptOutlivesTheNextLook() throws Exception {
        Path gone = folder.resolve("gone");
        Remembered remembered = new Remembered(Optional.of(gone));
        assertTrue(remembered.add("p", Bytes.utf8("/a"), true, false, false).isPresent());
        Files.createDirectory(gone);
        Files.writeString(gone.resolve("approvals"), "always\tread\tp\t/a\nalways\tread\tp\t/b\n");
        assertEquals(Optional.empty(), remembered.add("p", Bytes.utf8("/c"), true, false, true));
        assertEquals(Optional.of(false), remembered.about("p", Bytes.utf8("/a"), true, false), "the later answer");
        assertEquals(YES, remembered.about("p", Bytes.utf8("/b"), true, false));
        assertEquals(YES, remembered.about("p", Bytes.utf8("/c"), true, false));
    }

    /** Whoever could put a link there could have another file read as answers. */
    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "always\tread\tp\t/a\n");
        Files.createSymbolicLink(folder.resolve("approvals"), other);
        assertEquals(Optional.empty(), fresh().about("p", Bytes.utf8("/a"), true, false));
    }
}
