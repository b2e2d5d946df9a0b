package org.sluice.target.net.synthetic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sluice.target.net.LinkKind;

/**
 * What the kernel tells of every device of a type.
 *
 * @param type IFLA_INFO_KIND; empty for the loopback device
 * @param hardware ARPHRD_*
 * @param flags IFF_* that do not change
 * @param mtu unless another one is chosen
 * @param queueLength of sending
 * @param segmentSize the largest that it takes at once, in bytes
 * @param queues how many it has for each direction
 * @param queueing the discipline while it is on
 */
record DeviceTraits(
        String type,
        int hardware,
        int flags,
        int mtu,
        int minMtu,
        int maxMtu,
        int queueLength,
        int segmentSize,
        int queues,
        String queueing) {

    static final String PAIR = "veth";

    static final int IFF_UP = 1;
    static final int IFF_BROADCAST = 2;
    static final int IFF_LOOPBACK = 8;
    static final int IFF_RUNNING = 0x40;
    static final int IFF_NOARP = 0x80;
    static final int IFF_MULTICAST = 0x1000;
    static final int IFF_LOWER_UP = 0x10000;

    private static final int LOOPBACK = 772;
    private static final int ETHER = 1;
    private static final int LARGE = 524280;
    private static final String NO_QUEUE = "noqueue";

    private static final DeviceTraits VETH = new DeviceTraits(
            PAIR, ETHER, IFF_BROADCAST | IFF_MULTICAST, 1500, 68, 65535, 1000, LARGE, possibleProcessors(), NO_QUEUE);

    private static final Map<LinkKind, DeviceTraits> OF = Map.of(
            LinkKind.LOOPBACK,
            new DeviceTraits("", LOOPBACK, IFF_LOOPBACK, 65536, 0, 0, 1000, LARGE, 1, NO_QUEUE),
            LinkKind.ETHERNET,
            VETH,
            LinkKind.VETH,
            VETH,
            LinkKind.DUMMY,
            new DeviceTraits("dummy", ETHER, IFF_BROADCAST | IFF_NOARP, 1500, 0, 0, 1000, LARGE, 1, NO_QUEUE),
            LinkKind.BRIDGE,
            new DeviceTraits("bridge", ETHER, IFF_BROADCAST | IFF_MULTICAST, 1500, 68, 65535, 1000, 65536, 1, NO_QUEUE),
            LinkKind.IFB,
            new DeviceTraits("ifb", ETHER, IFF_BROADCAST | IFF_NOARP, 1500, 0, 0, 32, LARGE, 1, "pfifo_fast"));

    static DeviceTraits of(LinkKind kind) {
        DeviceTraits traits = OF.get(kind);
        if (traits == null) {
            throw new IllegalArgumentException("no interface of kind " + kind + " can be shown");
        }
        return traits;
    }

    boolean isLoopback() {
        return hardware == LOOPBACK;
    }

    boolean isPair() {
        return type.equals(PAIR);
    }

    /** How many queues a pair gets: one for each processor that there may be. */
    private static int possibleProcessors() {
        try {
            String range = Files.readString(Path.of("/sys/devices/system/cpu/possible"))
                    .strip();
            return Integer.parseInt(range.substring(Math.max(range.lastIndexOf('-'), range.lastIndexOf(',')) + 1)) + 1;
        } catch (IOException | NumberFormatException e) {
            // Not told here; what this process may use is close enough to it.
            return Runtime.getRuntime().availableProcessors();
        }
    }
}
