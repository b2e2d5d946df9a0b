package org.sluice.target;

import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/** Finds out by trying whether the kernel shows TCP sockets that are bound and nothing more. */
final class BoundProbe {

    private static final int SOCK_STREAM_CLOEXEC = 0x80001;
    private static final int TCP = 6;
    private static final Address LOOPBACK = new Address.Inet(Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1), 0);

    private BoundProbe() {}

    static boolean isShown(PortTable table) {
        int fd = (int)
                SysException.check("socket", Linux.call(Nr.SOCKET, SocketAddresses.AF_INET, SOCK_STREAM_CLOEXEC, 0));
        try (PinnedSocket socket = PinnedSocket.adopt(fd).get()) {
            Scratch scratch = Scratch.get();
            int length = SocketAddresses.encode(LOOPBACK, scratch.address);
            SysException.check("bind", Linux.call(Nr.BIND, fd, scratch.address.address(), length));
            int port = ((Address.Inet) socket.local().orElseThrow()).port();
            return table.holders(TCP, port).stream().anyMatch(holder -> holder.cookie() == socket.cookie());
        }
    }
}
