package org.sluice.core.call;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * What the core does in a target's place it does with no more rights than the target has. Where the supervisor is root its
 * targets are root without capabilities, so a thread that acts for them gives up its effective capabilities for good
 * (capset(2) is for one thread); the permitted ones stay, because looking into a process needs them to include its own.
 */
final class TargetRights {

    private static final int VERSION_3 = 0x20080522;
    private static final int DATA = 24;

    private static final ThreadLocal<Boolean> ADOPTED = ThreadLocal.withInitial(() -> false);

    private TargetRights() {}

    /** Called before each look or act in a target's place; does something once for each thread. */
    static void adopt() {
        if (!ADOPTED.get()) {
            Block header = Block.allocate(8).putInt(0, VERSION_3);
            Block sets = Block.allocate(DATA);
            long got = header.with(h -> sets.with(s -> Linux.call(Nr.CAPGET, h, s)));
            SysException.check("capget", got);
            sets.putInt(0, 0).putInt(12, 0);
            long set = header.with(h -> sets.with(s -> Linux.call(Nr.CAPSET, h, s)));
            SysException.check("capset", set);
            ADOPTED.set(true);
        }
    }
}
