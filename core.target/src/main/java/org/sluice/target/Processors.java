package org.sluice.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/** The processors that this process may use, as it was when somebody first asked (sched_setaffinity(2)). */
final class Processors {

    /** Enough for 1024, the size of cpu_set_t. */
    static final int MASK_SIZE = 128;

    private static final Logger log = LoggerFactory.getLogger(Processors.class);

    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    private static final Block MASK = Block.allocate(MASK_SIZE);

    /** Longs, and so are the kernel's; negative if it does not tell. */
    private static final int LENGTH =
            (int) MASK.with(address -> Linux.call(Nr.SCHED_GETAFFINITY, 0, MASK_SIZE, address));

    private static final boolean ALL = bits() > 1 && bits() == online();

    private Processors() {}

    /** Whether it may use all that the machine has, and these are several. */
    static boolean areAll() {
        return ALL;
    }

    /** How many bytes the kernel's masks have here. */
    static int maskLength() {
        return LENGTH;
    }

    /** Whether the first bytes are the mask of this process. */
    static boolean equal(Block mask) {
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            if (mask.getLong(i) != MASK.getLong(i)) {
                return false;
            }
        }
        return true;
    }

    private static int bits() {
        int bits = 0;
        for (int i = 0; i < LENGTH; i += Long.BYTES) {
            bits += Long.bitCount(MASK.getLong(i));
        }
        return bits;
    }

    /** How many processors are online: ranges such as {@code 0-3,8}; -1 if that cannot be found out. */
    private static int online() {
        try {
            return count(Files.readString(ONLINE, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            log.debug("{} cannot be read, so targets are never held on a processor", ONLINE, e);
            return -1;
        }
    }

    static int count(String ranges) {
        int count = 0;
        for (String range : ranges.split(",", -1)) {
            String[] ends = range.split("-", 2);
            count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
        }
        return count;
    }
}
