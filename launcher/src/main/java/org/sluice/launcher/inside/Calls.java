package org.sluice.launcher.inside;

import java.lang.ref.Reference;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;

/** System calls with pointers: the memory stays reachable until the call has returned. */
final class Calls {

    private Calls() {}

    /** Makes a call with up to six arguments; the result is the kernel's. */
    static long with(List<Block> kept, int number, long... arguments) {
        long[] all = java.util.Arrays.copyOf(arguments, 6);
        try {
            return Linux.call(number, all[0], all[1], all[2], all[3], all[4], all[5]);
        } finally {
            Reference.reachabilityFence(kept);
        }
    }
}
