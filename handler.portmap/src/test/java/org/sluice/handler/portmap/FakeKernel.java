package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

/**
 * A table of TCP and UDP sockets with the kernel's rules for bind(2) and listen(2) (net/ipv4/inet_connection_sock.c,
 * inet_bind_conflict; net/ipv4/udp.c; net/ipv6/inet6_hashtables.c for wildcards). All sockets belong to one user. What is
 * local are loopback addresses and 192.0.2.7. Thread-safe.
 */
final class FakeKernel implements Kernel {

    static final int EINVAL = 22;
    static final int EADDRINUSE = 98;

    private final List<Sock> sockets = new ArrayList<>();
    private long cookies = 100;
    private int ephemeral = 40000;
    private int automatic = 50000;

    enum Phase {
        OPEN,
        BOUND,
        LISTEN,
        CONNECTED,
        TIME_WAIT,
        CLOSED
    }

    /** A socket. */
    static final class Sock implements Socket {
        private final long cookie;
        private final int domain;
        private final int type;
        private final int protocol;
        Phase phase = Phase.OPEN;
        long namespace = 1;
        boolean reuseAddress;
        boolean reusePort;
        boolean v6Only;
        boolean portAtConnect;
        Optional<Inet> local = Optional.empty();
        Optional<Inet> peer = Optional.empty();

        private Sock(long cookie, int domain, int type, int protocol) {
            this.cookie = cookie;
            this.domain = domain;
            this.type = type;
            this.protocol = protocol;
        }

        @Override
        public long cookie() {
            return cookie;
        }

        @Override
        public long inode() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int domain() {
            return domain;
        }

        @Override
        public int type() {
            return type;
        }

        @Override
        public int protocol() {
            return protocol;
        }

        @Override
        public long namespace() {
            return namespace;
        }

        @Override
        public boolean v6Only() {
            return v6Only;
        }

        @Override
        public Optional<Address> local() {
            return local.map(Address.class::cast);
        }

        @Override
        public Optional<Address> peer() {
            return peer.map(Address.class::cast);
        }
    }

    @Override
    public Verdict perform(String call, Socket socket, Optional<Address> address, boolean exclusive) {
        Sock sock = (Sock) socket;
        return switch (call) {
            case "bind" -> {
                Address asked = address.orElseThrow();
                Inet wish =
                        asked instanceof Address.Other other ? other.asBound().orElseThrow() : (Inet) asked;
                int errno = exclusive ? claim(sock, wish) : bind(sock, wish, false);
                yield errno == 0 ? Verdict.value(0).withAddress(sock.local.orElseThrow()) : Verdict.failure(errno);
            }
            case "connect", "sendto", "sendmsg", "sendmmsg" -> {
                autobind(sock, sock.protocol() == 17 ? Phase.BOUND : Phase.CONNECTED);
                yield Verdict.value(0).withAddress(address.orElseThrow());
            }
            case "listen" -> {
                int errno = listen(sock);
                Verdict done = errno == 0 ? Verdict.value(0) : Verdict.failure(errno);
                yield errno == 0 && address.isPresent() ? done.withAddress(sock.local.orElseThrow()) : done;
            }
            case "getsockname" -> Verdict.value(0).withAddress(sock.local.orElseThrow());
            case "getpeername", "accept", "accept4", "recvfrom" ->
                Verdict.value(0).withAddress(sock.peer.orElseThrow());
            default -> throw new IllegalArgumentException(call);
        };
    }

    synchronized Sock socket(int domain, int type, int protocol) {
        Sock sock = new Sock(++cookies, domain, type, protocol);
        sockets.add(sock);
        return sock;
    }

    /** As the core does: where only connections hold a port, the socket's own options decide. */
    private synchronized int claim(Sock sock, Inet address) {
        int errno = bind(sock, address, true);
        boolean free = holders(sock, address.port()).stream().noneMatch(Holder::bound);
        return errno == EADDRINUSE && free ? bind(sock, address, false) : errno;
    }

    /** 0 or an errno. */
    synchronized int bind(Sock sock, Inet address, boolean exclusive) {
        if (sock.local.isPresent()) {
            return EINVAL;
        }
        boolean address0 = sock.reuseAddress;
        boolean port0 = sock.reusePort;
        sock.reuseAddress &= !exclusive;
        sock.reusePort &= !exclusive;
        try {
            Inet wish =
                    address.port() == 0 && !sock.portAtConnect ? address.withPort(freePort(sock, address)) : address;
            if (conflicts(sock, wish)) {
                return EADDRINUSE;
            }
            sock.local = Optional.of(wish);
            sock.phase = Phase.BOUND;
            return 0;
        } finally {
            sock.reuseAddress = address0;
            sock.reusePort = port0;
        }
    }

    synchronized int listen(Sock sock) {
        Phase before = sock.phase;
        autobind(sock, Phase.OPEN);
        sock.phase = Phase.LISTEN;
        if (conflicts(sock, sock.local.orElseThrow())) {
            sock.phase = before;
            return EADDRINUSE;
        }
        return 0;
    }

    /** Gives a socket without a port one, as connect(2), listen(2) and sends do. */
    synchronized void autobind(Sock sock, Phase after) {
        if (sock.local.isEmpty()) {
            sock.local = Optional.of(new Inet(Bytes.of(new byte[sock.domain == 2 ? 4 : 16]), automatic++));
            sock.phase = after;
        }
    }

    synchronized Sock accept(Sock listener, Inet local, Inet peer) {
        Sock sock = socket(listener.domain, listener.type, listener.protocol);
        sock.local = Optional.of(local.withPort(listener.local.orElseThrow().port()));
        sock.peer = Optional.of(peer);
        sock.phase = Phase.CONNECTED;
        sock.reuseAddress = listener.reuseAddress;
        sock.reusePort = listener.reusePort;
        return sock;
    }

    /** Picks ports from this one on. */
    synchronized void pickFrom(int port) {
        ephemeral = port - 1;
    }

    private int freePort(Sock sock, Inet address) {
        do {
            ephemeral++;
        } while (conflicts(sock, address.withPort(ephemeral)));
        return ephemeral;
    }

    private boolean conflicts(Sock sock, Inet wish) {
        return sockets.stream()
                .anyMatch(other -> other != sock
                        && space(other.protocol) == space(sock.protocol)
                        && other.namespace == sock.namespace
                        && holds(other, wish.port())
                        && sameAddress(sock, wish, other, other.local.orElseThrow())
                        && !share(sock, other));
    }

    /** MPTCP has the ports of TCP. */
    private static int space(int protocol) {
        return protocol == 17 ? 17 : 6;
    }

    private static boolean holds(Sock sock, int port) {
        return sock.phase != Phase.CLOSED
                && port != 0
                && sock.local.filter(local -> local.port() == port).isPresent();
    }

    private static boolean share(Sock sock, Sock other) {
        boolean listening = other.phase == Phase.LISTEN;
        return (sock.reuseAddress && other.reuseAddress && !listening) || (sock.reusePort && other.reusePort);
    }

    /** inet_rcv_saddr_equal with wildcards matching. */
    private static boolean sameAddress(Sock a, Inet x, Sock b, Inet y) {
        Bytes left = x.unmapped().ip();
        Bytes right = y.unmapped().ip();
        if (left.length() == right.length()) {
            return left.equals(right) || x.isWildcard() || y.isWildcard();
        }
        Sock six = left.length() == 16 ? a : b;
        Inet wide = left.length() == 16 ? x : y;
        return wide.isWildcard() && !six.v6Only;
    }

    @Override
    public boolean covers(Socket like) {
        return like.namespace() == 1;
    }

    @Override
    public boolean isLocal(Socket like, Inet address) {
        String text = address.unmapped().withPort(0).toString();
        return covers(like) && (text.equals("192.0.2.7!0") || (address.isLoopback() && !text.startsWith("127.255")));
    }

    @Override
    public synchronized List<Holder> holders(Socket like, int port) {
        List<Holder> holders = new ArrayList<>();
        for (Sock sock : sockets) {
            if (sock.namespace == like.namespace()
                    && space(sock.protocol) == space(like.protocol())
                    && holds(sock, port)) {
                boolean bound = sock.phase == Phase.BOUND || sock.phase == Phase.LISTEN;
                holders.add(new Holder(sock.cookie, sock.local.orElseThrow(), bound));
            }
        }
        return holders;
    }

    @Override
    public synchronized Set<Long> alive(Socket like, Collection<Long> cookies) {
        Set<Long> alive = new HashSet<>();
        for (Sock sock : sockets) {
            if (sock.phase != Phase.CLOSED
                    && sock.phase != Phase.TIME_WAIT
                    && space(sock.protocol) == space(like.protocol())
                    && cookies.contains(sock.cookie)) {
                alive.add(sock.cookie);
            }
        }
        return alive;
    }
}
