package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/**
 * Which addresses are this machine's own: those that the kernel would deliver here itself (rtnetlink(7), RTM_GETROUTE).
 * Each question goes to the kernel, so that the answer follows every change of interfaces and routes; it says so about
 * single addresses, ranges such as 127.0.0.0/8, and about broadcast addresses that they are none. For the network
 * namespace in which this was made. One netlink socket, one question at a time; thread-safe.
 */
final class LocalAddresses implements AutoCloseable {

    /** struct rtmsg. */
    private static final int REQUEST = 12;

    private static final int FAMILY = NetlinkSocket.HEADER;
    private static final int PREFIX_LENGTH = NetlinkSocket.HEADER + 1;
    private static final int ROUTE_TYPE = 7;

    private static final short RTA_DST = 1;
    private static final short RTA_OIF = 4;
    private static final int ATTRIBUTE_HEADER = 4;

    private static final int RTN_LOCAL = 2;

    /** These two are local everywhere, and nearly always what is asked about. */
    private static final Bytes LOOPBACK4 = Bytes.of(new byte[] {127, 0, 0, 1});

    private static final Bytes LOOPBACK6 = Bytes.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private final NetlinkSocket socket = NetlinkSocket.routes();

    /** For the namespace of the calling thread. */
    LocalAddresses() {}

    /** Whether packets to {@code address} end here; an address that cannot be reached at all is not local. */
    boolean contains(Address.Inet address) {
        Address.Inet plain = address.unmapped();
        if (plain.ip().equals(LOOPBACK4) || plain.ip().equals(LOOPBACK6)) {
            return true;
        }
        synchronized (socket) {
            Block request = socket.request();
            request.putByte(FAMILY, plain.family())
                    .putByte(PREFIX_LENGTH, 8 * plain.ip().length());
            int length = putDestination(request, plain.ip());
            if (address.scope() != 0) {
                // A link-local address belongs to a machine only on its own interface.
                length = putInterface(request, length, address.scope());
            }
            int[] type = new int[1];
            int result =
                    socket.ask(length, false, at -> type[0] = socket.answer().getByte(at + ROUTE_TYPE));
            return result >= 0 && type[0] == RTN_LOCAL;
        }
    }

    private static int putDestination(Block request, Bytes ip) {
        int at = NetlinkSocket.HEADER + REQUEST;
        request.putShort(at, ATTRIBUTE_HEADER + ip.length()).putShort(at + 2, RTA_DST);
        for (int i = 0; i < ip.length(); i++) {
            request.putByte(at + ATTRIBUTE_HEADER + i, ip.at(i));
        }
        return REQUEST + ATTRIBUTE_HEADER + ip.length();
    }

    private static int putInterface(Block request, int length, int number) {
        int at = NetlinkSocket.HEADER + length;
        request.putShort(at, ATTRIBUTE_HEADER + 4).putShort(at + 2, RTA_OIF).putInt(at + ATTRIBUTE_HEADER, number);
        return length + ATTRIBUTE_HEADER + 4;
    }

    @Override
    public void close() {
        synchronized (socket) {
            socket.close();
        }
    }
}
