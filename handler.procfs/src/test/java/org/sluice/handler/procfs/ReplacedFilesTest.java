package org.sluice.handler.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.notify.Settings;

/** What a section of the profile says of files. */
class ReplacedFilesTest {

    @TempDir
    private Path temp;

    private record Section(Map<String, Object> values) implements Settings {
        @Override
        public boolean flag(String key, boolean otherwise) {
            return otherwise;
        }

        @Override
        public String text(String key, String otherwise) {
            return otherwise;
        }

        @Override
        public long number(String key, long otherwise) {
            return otherwise;
        }

        @Override
        public List<String> texts(String key) {
            return values.get(key) instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }
    }

    private static Settings replacing(Map<String, Object> files) {
        return new Section(Map.of("replace", files));
    }

    @Test
    void theContentIsATextOrWhatAFileHoldsAtThatMoment() throws IOException {
        Path file = Files.writeString(temp.resolve("content"), "first");
        ReplacedFiles replaced = new ReplacedFiles(replacing(Map.of(
                "/proc/cpuinfo", Map.of("file", file.toString()), "/etc/hosts", Map.of("text", "127.0.0.1 me\n"))));
        assertEquals(Set.of("/proc/cpuinfo", "/etc/hosts"), replaced.paths());
        assertEquals("127.0.0.1 me\n", replaced.content("/etc/hosts").decode());
        assertEquals("first", replaced.content("/proc/cpuinfo").decode());
        Files.writeString(file, "second");
        assertEquals("second", replaced.content("/proc/cpuinfo").decode());
        Files.delete(file);
        assertThrows(IOException.class, () -> replaced.content("/proc/cpuinfo"));
    }

    @Test
    void aContentThatIsNotThereIsSaidAtOnce() {
        String missing = temp.resolve("none").toString();
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new ReplacedFiles(replacing(Map.of("/etc/hosts", Map.of("file", missing)))));
        assertTrue(String.valueOf(refused.getMessage()).contains("/etc/hosts, " + missing), refused.getMessage());
    }

    @Test
    void aContentHasALimit() throws IOException {
        Path file = temp.resolve("long");
        Files.write(file, new byte[ReplacedFiles.MOST]);
        ReplacedFiles replaced = new ReplacedFiles(replacing(Map.of("/etc/hosts", Map.of("file", file.toString()))));
        assertEquals(ReplacedFiles.MOST, replaced.content("/etc/hosts").length());
        Files.write(file, new byte[ReplacedFiles.MOST + 1]);
        assertThrows(IOException.class, () -> replaced.content("/etc/hosts"));
    }

    @Test
    void theListOfTheProfileTakesThePlaceOfTheUsualOne() {
        DeniedFiles usual = new DeniedFiles(new Section(Map.of()));
        assertTrue(usual.contain("/proc/kallsyms"));
        assertTrue(usual.contain("/sys/firmware"));
        assertTrue(usual.contain("/sys/firmware/acpi/tables"));
        assertFalse(usual.contain("/sys/firmwares"));
        assertFalse(usual.contain("/proc/cpuinfo"));
        DeniedFiles own = new DeniedFiles(new Section(Map.of("deny", List.of("/proc/self/environ"))));
        assertTrue(own.contain("/proc/self/environ"));
        assertFalse(own.contain("/proc/kallsyms"));
    }
}
