package org.sluice.core.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a target inherits of the process that it is started from and Java does not tell (proc(5), status). Read once, at
 * the start: the JVM changes some of it.
 *
 * @param ignoredSignals the signals that were ignored when the supervisor was started
 * @param blockedSignals the signals that the supervisor's first thread blocks
 * @param lastCapability the highest capability of this kernel; -1 if this process has none
 * @param pollBeforeReceive whether a receive on a filter without users would never return, as before Linux 6.11
 */
record ProcessTraits(long ignoredSignals, long blockedSignals, int lastCapability, boolean pollBeforeReceive) {

    /** Set by the launcher to the mask of before the JVM's own start, in hexadecimal digits. */
    private static final String IGNORED = "sluice.ignored-signals";

    static ProcessTraits read() {
        try {
            String status = Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
            boolean capable = hex(status, "CapPrm:") != 0 || isRoot(status);
            String given = System.getProperty(IGNORED, "");
            return new ProcessTraits(
                    given.isEmpty() ? hex(status, "SigIgn:") : Long.parseUnsignedLong(given, 16),
                    hex(status, "SigBlk:"),
                    capable ? lastCapabilityOfKernel() : -1,
                    isOlderThan(6, 11));
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/self/status cannot be read; mount procfs", e);
        }
    }

    /** The capabilities that this process may have, bit n for capability n. */
    static long permitted() {
        try {
            return hex(Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1), "CapPrm:");
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/self/status cannot be read; mount procfs", e);
        }
    }

    private static int lastCapabilityOfKernel() throws IOException {
        return Integer.parseInt(
                Files.readString(Path.of("/proc/sys/kernel/cap_last_cap")).strip());
    }

    private static boolean isOlderThan(int major, int minor) {
        String[] release = System.getProperty("os.version").split("[^0-9]", 3);
        int runningMajor = Integer.parseInt(release[0]);
        return runningMajor < major || (runningMajor == major && Integer.parseInt(release[1]) < minor);
    }

    private static boolean isRoot(String status) {
        return field(status, "Uid:").startsWith("0");
    }

    private static long hex(String status, String key) {
        return Long.parseUnsignedLong(field(status, key), 16);
    }

    private static String field(String status, String key) {
        int start = status.indexOf("\n" + key) + key.length() + 1;
        return status.substring(start, status.indexOf('\n', start)).strip();
    }
}
