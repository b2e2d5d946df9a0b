package org.sluice.handler.portmap;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Virtual ports: two sandboxes bind the same port, and each sees its own.
 *
 * <p>bind(2) on a TCP or MPTCP socket gets the port that it asks for; if that is taken outside the sandbox, another one
 * under the same virtual number ({@link Binding}). connect(2) to a local address goes to the real port, getsockname(2)
 * and getpeername(2) tell the virtual one. A remote address is never touched. UDP passes as it is.
 */
@Component
@Handler(name = PortMapping.NAME, stage = Stage.TRANSLATE)
@Traps({"bind", "connect", "getsockname", "getpeername"})
public final class PortMapping implements SyscallHandler {

    static final String NAME = "portmap";

    private static final int SOCK_STREAM = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_MPTCP = 262;
    private static final int EPERM = 1;

    private final Map<SandboxContext, Ledger> ledgers = Collections.synchronizedMap(new WeakHashMap<>());

    /** For the component runtime. */
    public PortMapping() {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if {@code publish} holds anything but ports
     */
    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        for (String port : settings.texts("publish")) {
            if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 0xffff) {
                throw new IllegalArgumentException(
                        "portmap.publish: '" + port + "' is not a port; write a number from 1 to 65535");
            }
        }
        return settings.flag("enabled", true) ? traps : List.of();
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        Ledger ledger = ledgers.computeIfAbsent(call.sandbox(), sandbox -> new Ledger());
        if (!call.name().equals("bind") && !ledger.table(call.state()).remapped()) {
            return chain.proceed(call); // nothing to translate, and nothing worth asking the socket
        }
        Optional<Socket> socket = call.socket().filter(PortMapping::isMapped);
        if (socket.isEmpty()) {
            return chain.proceed(call);
        }
        return switch (call.name()) {
            case "bind" -> bind(call, chain, ledger, socket.get());
            case "connect" -> connect(call, chain, ledger, socket.get());
            case "getsockname" -> told(call, chain.proceed(call), ledger, socket.get(), false);
            case "getpeername" -> told(call, chain.proceed(call), ledger, socket.get(), true);
            default -> chain.proceed(call);
        };
    }

    private static boolean isMapped(Socket socket) {
        return (socket.domain() == AF_INET || socket.domain() == AF_INET6)
                && socket.type() == SOCK_STREAM
                && (socket.protocol() == IPPROTO_TCP || socket.protocol() == IPPROTO_MPTCP);
    }

    private static Verdict bind(Call call, Chain chain, Ledger ledger, Socket socket) {
        Optional<Inet> asked = call.address().flatMap(address -> bound(address, socket));
        if (asked.isEmpty()) {
            return chain.proceed(call);
        }
        try {
            ledger.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.failure(EPERM);
        }
        try {
            return new Binding(call, chain, ledger, asked.get(), socket).bind();
        } finally {
            ledger.lock.unlock();
        }
    }

    /** The IP address that the kernel would read; empty if it would refuse the family. */
    private static Optional<Inet> bound(Address address, Socket socket) {
        if (address instanceof Inet inet) {
            return Optional.of(inet).filter(asked -> asked.family() == socket.domain());
        }
        return address instanceof Address.Other other && socket.domain() == AF_INET
                ? other.asBound()
                : Optional.empty();
    }

    private static Verdict connect(Call call, Chain chain, Ledger ledger, Socket socket) {
        Table table = ledger.table(call.state());
        if (!(call.address().orElse(null) instanceof Inet destination)) {
            return chain.proceed(call);
        }
        Optional<Claim> reached = table.reached(socket.namespace(), destination);
        while (reached.filter(Claim::remapped).isPresent() && isGone(call, ledger, socket, reached.get())) {
            reached = ledger.table(call.state()).reached(socket.namespace(), destination);
        }
        int port = reached.map(Claim::real).orElse(destination.port());
        return chain.proceed(port == destination.port() ? call : call.withAddress(destination.withPort(port)));
    }

    private static boolean isGone(Call call, Ledger ledger, Socket socket, Claim claim) {
        return ledger.living(call.state(), call.sandbox().ports(), socket, List.of(claim))
                .isEmpty();
    }

    /**
     * Claims of sockets that are gone count here: a connection keeps its virtual port when its listener is closed.
     *
     * @param peer whether the address is that of the other end
     */
    private static Verdict told(Call call, Verdict verdict, Ledger ledger, Socket socket, boolean peer) {
        Table table = ledger.table(call.state());
        if (!verdict.succeeded() || !(verdict.address().orElse(null) instanceof Inet real)) {
            return verdict;
        }
        int port = peer
                ? table.peerPort(socket.namespace(), real)
                : table.localPort(socket.cookie(), socket.namespace(), real);
        return port == real.port() ? verdict : verdict.withAddress(real.withPort(port));
    }
}
