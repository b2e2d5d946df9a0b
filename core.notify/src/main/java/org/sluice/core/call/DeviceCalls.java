package org.sluice.core.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Verdict;
import org.sluice.target.net.NetworkNamespace;

/**
 * The requests about interfaces that only read (netdevice(7), linux/sockios.h), made on a socket of the private network
 * that is of the same family as the target's. Thread-safe.
 */
final class DeviceCalls implements AutoCloseable {

    static final int SIOCGIFCONF = 0x8912;
    private static final int SIOCGARP = 0x8954;
    private static final int SIOCGRARP = 0x8961;

    /** struct ifconf, struct arpreq, struct ifreq. */
    private static final int IFCONF = 16;

    private static final int ARPREQ = 68;
    static final int IFREQ = 40;

    /** Room for the addresses of {@link #SIOCGIFCONF}; what a target offers beyond is not needed. */
    private static final int MOST = 1 << 16;

    private static final int SOCK_DGRAM = 2;

    private final NetworkNamespace network;
    private final Map<Integer, Descriptor> sockets = new ConcurrentHashMap<>();

    DeviceCalls(NetworkNamespace network) {
        this.network = network;
    }

    /**
     * What is written into the target's memory.
     *
     * @param structure goes where the structure was
     * @param list goes to {@code listAt}, if there is one
     */
    record Reply(Block structure, int length, @Nullable Block list, long listAt, int listLength) {}

    /** The size of the structure that a request reads and writes; 0 for one that is not answered. */
    static int size(int request) {
        return switch (request) {
            case SIOCGIFCONF -> IFCONF;
            case SIOCGARP, SIOCGRARP -> ARPREQ;
            // Name, flags, addresses, metric, memory, MTU, hardware address, slave, index, private flags, count, queue
            // length, map.
            case 0x8910,
                    0x8913,
                    0x8915,
                    0x8917,
                    0x8919,
                    0x891b,
                    0x891d,
                    0x891f,
                    0x8921,
                    0x8925,
                    0x8927,
                    0x8929,
                    0x8933,
                    0x8935,
                    0x8938,
                    0x8942,
                    0x8970 -> IFREQ;
            default -> 0;
        };
    }

    Verdict perform(ReceivedCall call) {
        if (call.data().isEmpty()) {
            return Verdict.failure(Errno.EPERM);
        }
        int request = (int) call.argument(1);
        int socket = socket(call.pinned().domain());
        if (socket < 0) {
            return Verdict.failure(-socket);
        }
        Block structure = Block.of(call.data().get().toArray());
        return request == SIOCGIFCONF ? list(call, socket, structure) : plain(call, socket, request, structure);
    }

    private static Verdict plain(ReceivedCall call, int socket, int request, Block structure) {
        long result = structure.with(at -> Linux.call(Nr.IOCTL, socket, request, at));
        if (result < 0) {
            return Verdict.failure((int) -result);
        }
        call.reply(new Reply(structure, structure.size(), null, 0, 0));
        return Verdict.value(result);
    }

    /** struct ifconf: how much room there is, and where; without a place, how much would be needed is asked. */
    private static Verdict list(ReceivedCall call, int socket, Block structure) {
        int offered = structure.getInt(0);
        long place = structure.getLong(8);
        if (place != 0 && offered < 0) {
            return Verdict.failure(Errno.EINVAL);
        }
        Block list = Block.allocate(Math.max(1, Math.min(offered, MOST)));
        Block asked = Block.allocate(IFCONF).putInt(0, place == 0 ? 0 : Math.min(offered, MOST));
        long result = list.with(
                to -> asked.putLong(8, place == 0 ? 0 : to).with(at -> Linux.call(Nr.IOCTL, socket, SIOCGIFCONF, at)));
        if (result < 0) {
            return Verdict.failure((int) -result);
        }
        int length = asked.getInt(0);
        structure.putInt(0, length);
        boolean filled = place != 0 && length > 0;
        call.reply(new Reply(structure, IFCONF, filled ? list : null, place, filled ? length : 0));
        return Verdict.value(result);
    }

    /** A socket of a family, opened when it is first asked for; or a negative errno. */
    private int socket(int family) {
        Descriptor known = sockets.get(family);
        if (known != null) {
            return known.fd();
        }
        synchronized (sockets) {
            Descriptor opened = sockets.get(family);
            if (opened != null) {
                return opened.fd();
            }
            int fd = network.open(family, SOCK_DGRAM, 0);
            if (fd >= 0) {
                sockets.put(family, new Descriptor(fd));
            }
            return fd;
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(Descriptor::close);
    }
}
