package org.sluice.target.net;

import java.util.List;
import org.sluice.notify.Bytes;

/**
 * An interface as the kernel has it now.
 *
 * @param index its number
 * @param name its name
 * @param up whether it is switched on
 * @param operational what RFC 2863 calls its state, as linux/if.h numbers it
 * @param type how the kernel calls its type, such as {@code veth}; empty for {@code lo}
 * @param mtu in bytes
 * @param mac its hardware address
 * @param addresses in the form {@code ADDRESS/LEN}
 */
public record LinkState(
        int index, String name, boolean up, int operational, String type, int mtu, Bytes mac, List<String> addresses) {

    private static final String PAIR = "veth";
    private static final int OPERATIONAL_UP = 6;

    /** Whether its state will not change by itself any more. */
    boolean isSettled() {
        return !up || !type.equals(PAIR) || operational == OPERATIONAL_UP;
    }

    LinkState with(List<String> found) {
        return new LinkState(index, name, up, operational, type, mtu, mac, List.copyOf(found));
    }
}
