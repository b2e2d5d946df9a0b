package org.sluice.target.net;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** The arguments of capset(2): struct __user_cap_header_struct, and two of struct __user_cap_data_struct. */
final class CapabilitySets {

    private static final int VERSION_3 = 0x20080522;
    private static final int HALF = 12;
    private static final int PERMITTED = 4;
    private static final int SIZE = 2 * HALF;

    private CapabilitySets() {}

    /** For the calling thread. */
    static Block header() {
        return Block.allocate(8).putInt(0, VERSION_3);
    }

    /** Nothing effective, permitted or inheritable. */
    static Block none() {
        return Block.allocate(SIZE);
    }

    /** What this thread may have, all of it effective. */
    static Block allPermitted() {
        Block sets = Block.allocate(SIZE);
        Block header = header();
        SysException.check("capget", header.with(h -> sets.with(s -> Linux.call(Nr.CAPGET, h, s))));
        for (int half = 0; half < SIZE; half += HALF) {
            sets.putInt(half, sets.getInt(half + PERMITTED));
        }
        return sets;
    }
}
