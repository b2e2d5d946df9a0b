package org.sluice.handler.portmap;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.State;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/**
 * Virtual ports: two sandboxes bind the same port, and each sees its own.
 *
 * <p>bind(2) on a TCP, MPTCP or UDP socket gets the port that it asks for; if that is taken outside the sandbox, another
 * one under the same virtual number ({@link Binding}). What goes to a local address goes to the real port ({@link
 * Sending}); the names that a target is told have the virtual one ({@link Naming}), and where the profile asks for it the
 * files of {@code /proc/net} too ({@link SocketFiles}). A remote address is never touched.
 *
 * <p>Sockets of another network namespace than the supervisor's pass as they are: nothing is known of the ports there,
 * and those of the sandbox are others.
 */
@Component
@Handler(name = PortMapping.NAME, stage = Stage.TRANSLATE, schema = Layout.SCHEMA)
@Traps({
    "bind",
    "connect",
    "listen",
    "getsockname",
    "getpeername",
    "sendto(addr!=0)",
    "sendmsg",
    "sendmmsg",
    "setsockopt(level=1,optname=2|15)",
    "accept(upeer_sockaddr!=0)",
    "accept4(upeer_sockaddr!=0)",
    "recvfrom(addr!=0)"
})
public final class PortMapping implements SyscallHandler, VirtualFiles {

    static final String NAME = "portmap";

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
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
        return Wishes.of(settings).narrow(traps);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the state is of a later version
     */
    @Override
    public Map<String, Object> migrate(int schema, Map<String, Object> state) {
        return Layout.migrate(schema, state);
    }

    @Override
    public Set<String> paths(Settings settings) {
        return settings.flag("enabled", true) && settings.flag("files", true) ? SocketFiles.PATHS : Set.of();
    }

    /** Without what is known of the ports there is nothing to tell. */
    @Override
    public Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
        return Optional.empty();
    }

    @Override
    public Optional<Bytes> content(SandboxContext sandbox, State state, Target target, String path) {
        return Optional.of(SocketFiles.read(path, sandbox, state));
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        Ledger ledger = ledgers.computeIfAbsent(call.sandbox(), sandbox -> new Ledger());
        return switch (call.name()) {
            case "bind" ->
                mapped(call).map(socket -> bind(call, chain, ledger, socket)).orElseGet(() -> chain.proceed(call));
            case "connect", "sendto", "sendmsg", "sendmmsg" -> Sending.through(call, chain, ledger);
            case "listen" -> listen(call, chain, ledger);
            case "setsockopt" -> locked(ledger, () -> chain.proceed(call));
            case "getsockname" -> Naming.own(call, chain.proceed(call), ledger);
            default -> Naming.peer(call, chain.proceed(call), ledger);
        };
    }

    /** The socket of a call, if its ports are in the map. */
    static Optional<Socket> mapped(Call call) {
        Socket socket = call.socket().orElse(null);
        return socket != null && isMapped(call.sandbox(), socket) ? Optional.of(socket) : Optional.empty();
    }

    private static boolean isMapped(SandboxContext sandbox, Socket socket) {
        if (socket.domain() != AF_INET && socket.domain() != AF_INET6) {
            return false;
        }
        boolean known =
                switch (socket.type()) {
                    case SOCK_STREAM -> socket.protocol() == IPPROTO_TCP || socket.protocol() == IPPROTO_MPTCP;
                    case SOCK_DGRAM -> socket.protocol() == IPPROTO_UDP && Wishes.mapsUdp(sandbox.settings(NAME));
                    default -> false;
                };
        return known && sandbox.ports().covers(socket);
    }

    private static Verdict bind(Call call, Chain chain, Ledger ledger, Socket socket) {
        Optional<Inet> asked = call.address().flatMap(address -> bound(address, socket));
        // All members of a multicast group on a machine share its address and port.
        if (asked.filter(address -> !Multicast.contains(address)).isEmpty()) {
            return chain.proceed(call);
        }
        return locked(ledger, () -> new Binding(call, chain, ledger, asked.get(), socket).bind());
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

    /** listen(2) on a socket that is not bound is a bind to port 0; only such a call has an address. */
    private static Verdict listen(Call call, Chain chain, Ledger ledger) {
        Socket socket = call.address().isEmpty() ? null : mapped(call).orElse(null);
        if (socket == null) {
            return chain.proceed(call);
        }
        Verdict verdict = chain.proceed(call.exclusive());
        if (!verdict.succeeded() || !(verdict.address().orElse(null) instanceof Inet given)) {
            return verdict;
        }
        int virtual = FreePort.virtual(ledger, call.state(), socket, given);
        Claim claim = Claim.of(socket, given, virtual, given.port());
        ledger.enter(call.state(), claim.listedIn(call.sandbox().ports(), socket), true, call.sandbox());
        return verdict.withAddress(given.withPort(virtual));
    }

    /**
     * In a row with the other binds of the sandbox. SO_REUSEADDR and SO_REUSEPORT are off during an exclusive bind and come
     * back after it: a target that set them meanwhile would share a port with strangers, or lose its option.
     */
    private static Verdict locked(Ledger ledger, Supplier<Verdict> action) {
        try {
            ledger.lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.failure(EPERM);
        }
        try {
            return action.get();
        } finally {
            ledger.lock.unlock();
        }
    }
}
