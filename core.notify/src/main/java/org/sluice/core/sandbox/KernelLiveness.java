package org.sluice.core.sandbox;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sluice.notify.Address;
import org.sluice.notify.Socket;
import org.sluice.policy.Liveness;
import org.sluice.policy.SocketId;
import org.sluice.target.PortTable;
import org.sluice.target.UnixTable;

/** Asks the kernel's socket tables whether a socket is still there. */
record KernelLiveness(PortTable ports, UnixTable sockets) implements Liveness {

    private static final int AF_UNIX = 1;

    @Override
    public boolean alive(SocketId socket) {
        return socket.domain() == AF_UNIX
                ? sockets.isAlive(socket.inode(), socket.cookie())
                : ports.alive(new Remembered(socket), List.of(socket.cookie())).contains(socket.cookie());
    }

    /** One look through the kernel's table for all sockets of a protocol. */
    @Override
    public Set<SocketId> alive(Collection<SocketId> asked) {
        Set<SocketId> living = new HashSet<>();
        asked.stream().collect(Collectors.groupingBy(Kind::of)).forEach((kind, ids) -> {
            List<Long> cookies = ids.stream().map(SocketId::cookie).toList();
            Set<Long> found = kind.domain() == AF_UNIX
                    ? sockets.alive(cookies)
                    : ports.alive(new Remembered(ids.get(0)), cookies);
            ids.stream().filter(id -> found.contains(id.cookie())).forEach(living::add);
        });
        return living;
    }

    /** Sockets about which the kernel is asked together: IPv4 and IPv6 stand in one table. */
    private record Kind(int domain, int protocol, long namespace) {
        static Kind of(SocketId socket) {
            return socket.domain() == AF_UNIX
                    ? new Kind(AF_UNIX, 0, 0)
                    : new Kind(0, socket.protocol(), socket.namespace());
        }
    }

    /** What is left of a socket after its call, for a question about its protocol and namespace. */
    private record Remembered(SocketId id) implements Socket {
        @Override
        public long cookie() {
            return id.cookie();
        }

        @Override
        public long inode() {
            return id.inode();
        }

        @Override
        public int domain() {
            return id.domain();
        }

        @Override
        public int type() {
            return id.type();
        }

        @Override
        public int protocol() {
            return id.protocol();
        }

        @Override
        public long namespace() {
            return id.namespace();
        }

        @Override
        public Optional<Address> local() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> peer() {
            return Optional.empty();
        }
    }
}
