package org.sluice.handler.unix;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules.Decision;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * The allowlist of Unix sockets (unix(7)): the rules of the sandbox say which sockets bind(2), connect(2) and the sends of
 * datagrams may name; what may be connected to may be sent to. A path is judged by its canonical name; the core uses the
 * object that it resolved, so that no rename between the two changes what was judged. A sendmsg(2) names its destination
 * in memory, so all are seen where the profile wants datagrams decided.
 */
@Component
@Handler(name = "unix", stage = Stage.DECIDE)
@Traps({"bind", "connect", "sendto(addr!=0)", "sendmsg", "sendmmsg"})
public final class UnixAllowlist implements SyscallHandler {

    private static final int AF_UNIX = 1;

    /** For the component runtime. */
    public UnixAllowlist() {}

    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        return settings.datagram().equals("rules") ? traps : List.of("bind", "connect", "sendto(addr!=0)");
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        if (!namesUnixSocket(call)) {
            return chain.proceed(call);
        }
        String operation = call.name().equals("bind") ? Rule.BIND : Rule.CONNECT;
        Optional<Address> canonical = call.canonical();
        if (canonical.isEmpty()) {
            return unresolved(call, operation);
        }
        Address address = canonical.get();
        Decision decision = call.sandbox().rules().decide(operation, address);
        if (decision.allowed()) {
            return chain.proceed(call);
        }
        return Verdict.deny(Refusal.of(operation, address, decision));
    }

    /** A socket of another family cannot use a Unix address: the kernel refuses it with its own errno. */
    private static boolean namesUnixSocket(Call call) {
        return call.address().filter(address -> address.family() == AF_UNIX).isPresent()
                && call.socket().map(socket -> socket.domain() == AF_UNIX).orElse(true);
    }

    /** Where there is nothing, there is nothing to protect, and the target gets the kernel's errno. */
    private static Verdict unresolved(Call call, String operation) {
        int errno = call.unresolved();
        return Refusal.isAnswer(errno)
                ? Verdict.failure(errno)
                : Verdict.deny(Refusal.unresolved(operation, call.address().orElseThrow()));
    }
}
