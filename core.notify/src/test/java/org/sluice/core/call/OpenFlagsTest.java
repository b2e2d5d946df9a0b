package org.sluice.core.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

class OpenFlagsTest {

    private static final int NOWHERE = -1;
    private static final int TRIES = 100_000;

    /** The kernel looks at the flags first, and then finds that there is no path. */
    private static long answer(int bits) {
        return Block.allocate(8).with(empty -> Linux.call(Nr.OPENAT, NOWHERE, empty, bits, 0, 0, 0));
    }

    @Test
    void whatIsAlwaysTakenTheKernelTakes() {
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < TRIES; i++) {
            int some = random.nextInt();
            int bits = some & random.nextInt();
            if (OpenFlags.isAlwaysTaken(bits)) {
                taken++;
                assertEquals(-Errno.ENOENT, answer(bits), () -> "0x" + Integer.toHexString(bits));
            }
        }
        assertTrue(taken > TRIES / 10, "" + taken);
    }

    @Test
    void theKernelMindsOfOthers() {
        int unnamed = (int) KernelConstants.host().get("O_TMPFILE");
        assertEquals(-Errno.EINVAL, answer(unnamed));
        assertEquals(false, OpenFlags.isAlwaysTaken(unnamed));
    }
}
