package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;
import org.sluice.target.Interruptions;
import org.sluice.target.PinnedSocket;
import org.sluice.target.PortTable;
import org.sluice.target.SocketCalls;

/** The kernel underneath, with the hands that the core has. What {@link #socket} made is closed with it. */
final class RealKernel implements Kernel, AutoCloseable {

    static final int SO_REUSEADDR = 2;
    static final int SO_REUSEPORT = 15;

    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;
    private static final int SOCK_CLOEXEC = 0x80000;

    private final Interruptions interruptions = new Interruptions();
    private final PortTable table = new PortTable();
    private final SocketCalls calls = new SocketCalls(interruptions, table);
    private final List<PinnedSocket> sockets = new ArrayList<>();

    PinnedSocket socket(int domain, int type, int protocol) {
        int fd = (int) SysException.check("socket", Linux.call(Nr.SOCKET, domain, type | SOCK_CLOEXEC, protocol));
        PinnedSocket socket = PinnedSocket.adopt(fd).get();
        sockets.add(socket);
        return socket;
    }

    void set(PinnedSocket socket, int option, boolean on) {
        set(socket, SOL_SOCKET, option, on);
    }

    void setV6Only(PinnedSocket socket, boolean on) {
        set(socket, IPPROTO_IPV6, IPV6_V6ONLY, on);
    }

    private static void set(PinnedSocket socket, int level, int option, boolean on) {
        Block value = Block.allocate(4).putInt(0, on ? 1 : 0);
        SysException.check(
                "setsockopt", value.with(at -> Linux.call(Nr.SETSOCKOPT, socket.fd(), level, option, at, 4, 0)));
    }

    /** Closes all sockets. */
    void closeSockets() {
        sockets.forEach(PinnedSocket::close);
        sockets.clear();
    }

    @Override
    public Verdict perform(String call, Socket socket, Optional<Address> address, boolean exclusive) {
        PinnedSocket pinned = (PinnedSocket) socket;
        return switch (call) {
            case "bind" -> {
                Address asked = address.orElseThrow();
                int result = exclusive ? calls.bindExclusive(pinned, asked) : calls.bind(pinned, asked);
                yield result < 0
                        ? Verdict.failure(-result)
                        : Verdict.value(0).withAddress(pinned.local().orElseThrow());
            }
            case "listen" -> {
                Verdict done = verdict(Linux.call(Nr.LISTEN, pinned.fd(), 8));
                // As in the core, only one that binds as well has an address.
                yield done.succeeded() && address.isPresent()
                        ? done.withAddress(pinned.local().orElseThrow())
                        : done;
            }
            case "connect" -> verdict(calls.connect(pinned, address.orElseThrow(), interruptions.watch(0, null)));
            case "getsockname" -> Verdict.value(0).withAddress(pinned.local().orElseThrow());
            case "getpeername" -> Verdict.value(0).withAddress(pinned.peer().orElseThrow());
            default -> throw new IllegalArgumentException(call);
        };
    }

    private static Verdict verdict(long result) {
        return result < 0 ? Verdict.failure((int) -result) : Verdict.value(result);
    }

    @Override
    public List<Holder> holders(Socket like, int port) {
        return table.holders(like, port);
    }

    @Override
    public Set<Long> alive(Socket like, Collection<Long> cookies) {
        return table.alive(like, cookies);
    }

    @Override
    public boolean covers(Socket like) {
        return table.covers(like);
    }

    @Override
    public boolean isLocal(Socket like, Inet address) {
        return table.isLocal(like, address);
    }

    @Override
    public Socket listed(Socket bound) {
        return table.listed(bound);
    }

    @Override
    public void close() {
        closeSockets();
        table.close();
        interruptions.close();
    }
}
