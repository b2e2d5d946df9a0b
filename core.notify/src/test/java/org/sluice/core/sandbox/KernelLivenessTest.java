package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.policy.SocketId;
import org.sluice.target.PinnedSocket;
import org.sluice.target.PortTable;
import org.sluice.target.UnixTable;

class KernelLivenessTest {

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    @Test
    void knowsManySocketsOfAllKindsAtOnce() {
        try (PortTable ports = new PortTable();
                UnixTable sockets = new UnixTable();
                PinnedSocket unix = bound(AF_UNIX);
                PinnedSocket four = bound(AF_INET);
                PinnedSocket six = bound(AF_INET6)) {
            KernelLiveness liveness = new KernelLiveness(ports, sockets);
            Set<SocketId> living = Set.of(SocketId.of(unix), SocketId.of(four), SocketId.of(six));
            Set<SocketId> all = new HashSet<>(living);
            try (PinnedSocket passingUnix = bound(AF_UNIX);
                    PinnedSocket passingFour = bound(AF_INET)) {
                all.add(SocketId.of(passingUnix));
                all.add(SocketId.of(passingFour));
                assertEquals(all, liveness.alive(all));
            }
            assertEquals(living, liveness.alive(all));
            all.forEach(id -> assertEquals(living.contains(id), liveness.alive(id), id.toString()));
        }
    }

    /** Listening, at an address that the kernel chose. */
    private static PinnedSocket bound(int domain) {
        int fd = (int) SysException.check("socket", Linux.call(Nr.SOCKET, domain, 0x80001, 0));
        int length = domain == AF_UNIX ? 2 : domain == AF_INET ? 16 : 28;
        Block address = Block.allocate(28).putShort(0, (short) domain);
        SysException.check("bind", Linux.call(Nr.BIND, fd, address.address(), length));
        SysException.check("listen", Linux.call(Nr.LISTEN, fd, 1));
        return PinnedSocket.adopt(fd).get();
    }
}
