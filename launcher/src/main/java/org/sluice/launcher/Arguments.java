package org.sluice.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command line and environment as the kernel has them (proc(5)). Java decodes both by the locale, which loses what is
 * not text in it; names belong to the target byte for byte.
 */
final class Arguments {

    private Arguments() {}

    /** The last {@code count} arguments of this process. */
    static List<byte[]> last(int count) {
        List<byte[]> all = strings(Path.of("/proc/self/cmdline"));
        return all.subList(all.size() - count, all.size());
    }

    /** The environment that this process was started with, as {@code NAME=VALUE}. */
    static List<byte[]> environment() {
        return strings(Path.of("/proc/self/environ"));
    }

    /** As UTF-8, which is what options are read as whatever the locale. */
    static List<String> text(List<byte[]> arguments) {
        return arguments.stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<byte[]> strings(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e.getMessage() + "; is /proc mounted?", e);
        }
        return split(bytes);
    }

    /** The strings of a list in which each ends with a NUL. */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                strings.add(java.util.Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        return strings;
    }
}
