package org.sluice.handler.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Handler;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * The network decision: the rules of the sandbox say which IP addresses connect(2), bind(2) and the sends may name. Port 0
 * in bind is judged as it is written, since the kernel picks the port after the decision. listen(2) on a socket that is
 * not bound takes a port on all addresses, and is judged as the bind(2) that it is. A send with MSG_FASTOPEN is a connect.
 *
 * <p>Which sends are seen is up to the profile's {@code datagram}: a sendmsg(2) names its destination in memory, where no
 * filter looks, so it is trapped as a whole where datagrams are decided, streams included, for what the descriptor refers
 * to may change. Where datagrams are denied there are no datagram sockets of any family.
 */
@Component
@Handler(name = "connect", stage = Stage.DECIDE)
@Traps({
    "bind",
    "connect",
    "listen",
    "sendto(addr!=0)",
    "sendto(flags&MSG_FASTOPEN)",
    "sendmsg",
    "sendmmsg",
    NetworkRules.DATAGRAM_SOCKET,
    NetworkRules.DATAGRAM_PAIR
})
public final class NetworkRules implements SyscallHandler {

    /**
     * SOCK_DGRAM, and SOCK_RAW, which makes a datagram socket of family AF_UNIX and is refused for others; each with the
     * two flags that a type may have, SOCK_NONBLOCK and SOCK_CLOEXEC. The kernel knows no other bits.
     */
    private static final String DATAGRAM =
            "family=AF_UNIX|AF_INET|AF_INET6,type=2|0x802|0x80002|0x80802|3|0x803|0x80003|0x80803";

    static final String DATAGRAM_SOCKET = "socket(" + DATAGRAM + ")";
    static final String DATAGRAM_PAIR = "socketpair(" + DATAGRAM + ")";

    private static final String FAST_OPEN_MESSAGE = "sendmsg(flags&MSG_FASTOPEN)";
    private static final String FAST_OPEN_MESSAGES = "sendmmsg(flags&MSG_FASTOPEN)";

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;

    /** For the component runtime. */
    public NetworkRules() {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if {@code mode} is not one that this handler has
     */
    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        String mode = settings.text("mode", "rules");
        List<String> narrowed = new ArrayList<>();
        if (settings.datagram().equals("deny")) {
            narrowed.addAll(List.of(DATAGRAM_SOCKET, DATAGRAM_PAIR));
        }
        switch (mode) {
            // The mode proxy is one of rules: the core writes them.
            case "rules", "proxy" -> narrowed.addAll(ofAddresses(settings.datagram()));
            case "unix-only" -> {}
            default ->
                throw new IllegalArgumentException(
                        "connect.mode: '" + mode + "' is not a mode; write rules, proxy or unix-only");
        }
        return narrowed;
    }

    /** What can name an address, as far as the profile lets such calls be seen. */
    private static List<String> ofAddresses(String datagram) {
        boolean each = datagram.equals("rules");
        return List.of(
                "bind",
                "connect",
                "listen",
                "sendto(addr!=0)",
                "sendto(flags&MSG_FASTOPEN)",
                each ? "sendmsg" : FAST_OPEN_MESSAGE,
                each ? "sendmmsg" : FAST_OPEN_MESSAGES);
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        if (call.name().startsWith("socket")) {
            return Verdict.deny(
                    new Denial("net/socket", "datagram socket", "datagrams are denied", "--datagram rules"));
        }
        boolean bind = call.name().equals("bind") || call.name().equals("listen");
        Optional<Inet> judged = bind ? bound(call) : inet(call.canonical());
        if (judged.isEmpty()) {
            return chain.proceed(
                    call); // no IP address: AF_UNSPEC disconnects, a peer was judged before, Unix has a handler
        }
        String operation = bind ? Rule.BIND : isSend(call) ? Rule.SEND : Rule.CONNECT;
        Inet address = judged.get().unmapped();
        Decision decision = call.sandbox().rules().decide(operation, address);
        if (decision.allowed() || (bind && LoopbackOnly.confines(call, address, decision))) {
            return chain.proceed(call);
        }
        return Verdict.deny(new Denial(operation, address.toString(), decision.reason(), decision.remedy()));
    }

    /** A stream takes no address in a send but to be connected by it. */
    private static boolean isSend(Call call) {
        return call.name().startsWith("send")
                && call.socket().map(socket -> socket.type() != SOCK_STREAM).orElse(true);
    }

    private static Optional<Inet> inet(Optional<Address> address) {
        return address.filter(Inet.class::isInstance).map(Inet.class::cast);
    }

    /** bind(2) on an IPv4 socket takes AF_UNSPEC for AF_INET, and so must the decision. */
    private static Optional<Inet> bound(Call call) {
        boolean four = call.socket().map(socket -> socket.domain() == AF_INET).orElse(true);
        return call.address().orElse(null) instanceof Address.Other other && four
                ? other.asBound()
                : inet(call.canonical());
    }
}
