package org.sluice.handler.connect;

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
 * The network decision: the rules of the sandbox say which IP addresses connect(2) and bind(2) may name. Port 0 in bind
 * is judged as it is written, since the kernel picks the port after the decision. listen(2) on a socket that is not bound
 * takes a port on all addresses, and is judged as the bind(2) that it is.
 */
@Component
@Handler(name = "connect", stage = Stage.DECIDE)
@Traps({"bind", "connect", "listen"})
public final class NetworkRules implements SyscallHandler {

    private static final int AF_INET = 2;

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
        return switch (mode) {
            // The mode proxy is one of rules: the core writes them.
            case "rules", "proxy" -> traps;
            case "unix-only" -> List.of();
            default ->
                throw new IllegalArgumentException(
                        "connect.mode: '" + mode + "' is not a mode; write rules, proxy or unix-only");
        };
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        boolean bind = !call.name().equals("connect");
        Optional<Inet> judged = bind ? bound(call) : inet(call.canonical());
        if (judged.isEmpty()) {
            return chain.proceed(call); // no IP address: AF_UNSPEC disconnects, Unix sockets have their own handler
        }
        String operation = bind ? Rule.BIND : Rule.CONNECT;
        Inet address = judged.get().unmapped();
        Decision decision = call.sandbox().rules().decide(operation, address);
        if (decision.allowed() || (bind && LoopbackOnly.confines(call, address, decision))) {
            return chain.proceed(call);
        }
        return Verdict.deny(new Denial(operation, address.toString(), decision.reason(), decision.remedy()));
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
