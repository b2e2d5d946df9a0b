package org.sluice.handler.bind;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Event;
import org.sluice.notify.Handler;
import org.sluice.notify.Ports;
import org.sluice.notify.Rule;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Safe bind: what a sandbox has bound, it may connect to (bind(2)). A program that talks to itself, or to a sibling in
 * its sandbox, so needs no rule for an address that nobody could know before it ran. listen(2) on a socket that is not
 * bound is a bind as well.
 *
 * <p>This handler stands outside the translators: the address that it sees is the one that the target sees, and that the
 * target will name in connect(2).
 */
@Component
@Handler(name = "bind", stage = Stage.LEARN)
@Traps({"bind", "listen"})
public final class SafeBind implements SyscallHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SafeBind.class);

    /** For the component runtime. */
    public SafeBind() {}

    @Override
    public Verdict handle(Call call, Chain chain) {
        Verdict verdict = chain.proceed(call);
        if (verdict.succeeded()
                && binds(call)
                && call.sandbox().settings("bind").flag("safe", true)) {
            learn(call, verdict);
        }
        return verdict;
    }

    /** listen(2) binds a socket that is not bound yet, and only such a call has an address. */
    private static boolean binds(Call call) {
        return call.name().equals("bind") || call.address().isPresent();
    }

    /** The bind is done and stays done, whatever becomes of its rules. */
    private static void learn(Call call, Verdict verdict) {
        try {
            Socket socket = call.socket().orElseThrow();
            Address bound = verdict.address().orElseThrow();
            if (bound instanceof Inet inet && !isOwn(call.sandbox().ports(), socket, inet)) {
                return;
            }
            Socket owner = bound instanceof Inet ? call.sandbox().ports().listed(socket) : socket;
            for (Address address : Learned.from(bound, socket.v6Only())) {
                learn(call, Rule.allowConnect(address), owner);
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: bind by pid {} succeeded, but no connect rule was learned for it; add one with --allow-connect",
                    call.sandbox().name(),
                    call.target().pid(),
                    e);
        }
    }

    /**
     * Whether what is bound can only be reached on this machine. IP_FREEBIND and IP_TRANSPARENT (ip(7)) let bind(2) take an
     * address of another one; a rule for it would open that machine. A multicast or broadcast address is everybody's, and
     * an address in another network namespace is another one here.
     */
    private static boolean isOwn(Ports ports, Socket socket, Inet bound) {
        return bound.isWildcard() ? ports.covers(socket) : ports.isLocal(socket, bound);
    }

    private static void learn(Call call, Rule rule, Socket owner) {
        call.sandbox().rules().learn(rule, owner);
        call.sandbox()
                .event(new Event(
                        "safe-bind", Map.of("rule", rule.toString(), "socket", Long.toString(owner.cookie()))));
    }
}
