package org.sluice.handler.portmap;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Ports.Holder;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Socket;
import org.sluice.notify.State;
import org.sluice.notify.Verdict;

/**
 * One bind(2) to an IP address. The virtual port is tried first on the target's own socket; there is no probe that could
 * be outrun.
 *
 * <ol>
 *   <li>A port that the sandbox itself holds on an overlapping address: the kernel decides with the socket's own options
 *       on the real port, so that EADDRINUSE, SO_REUSEADDR and SO_REUSEPORT mean inside what they mean natively.
 *   <li>Otherwise the port is claimed exclusively. Natively SO_REUSEADDR lets a bind pass whose listen(2) then fails, and
 *       after a failed listen(2) a socket cannot be bound again; SO_REUSEPORT joins any socket of the same user.
 *   <li>If only connections or their TIME_WAIT hold the port, the socket's own options decide, as they do natively.
 *   <li>A port that is taken outside is replaced by a free one, unless it is to be published.
 * </ol>
 */
final class Binding {

    private static final Logger LOG = LoggerFactory.getLogger(Binding.class);

    private static final int EADDRINUSE = 98;
    private static final int EPHEMERAL_FIRST = 32768;
    private static final int EPHEMERAL_LAST = 60999;

    private final Call call;
    private final Chain chain;
    private final Ledger ledger;
    private final Inet asked;
    private final Socket socket;
    private final SandboxContext sandbox;
    private final State state;

    Binding(Call call, Chain chain, Ledger ledger, Inet asked, Socket socket) {
        this.call = call;
        this.chain = chain;
        this.ledger = ledger;
        this.asked = asked;
        this.socket = socket;
        sandbox = call.sandbox();
        state = call.state();
    }

    /** Binds. Called under the ledger's lock. */
    Verdict bind() {
        ledger.sweep(state, sandbox.ports(), socket);
        if (asked.port() == 0) {
            return entered(exclusively(0));
        }
        Claim wish = Claim.of(socket, asked, asked.port(), 0);
        List<Claim> rivals = ledger.living(
                state, sandbox.ports(), socket, ledger.table(state).rivals(wish));
        if (!rivals.isEmpty()) {
            return entered(beside(rivals));
        }
        Verdict verdict = claimed(asked.port());
        if (verdict.errno() == EADDRINUSE && !isPublished()) {
            verdict = elsewhere();
        }
        return entered(verdict);
    }

    /** The kernel decides between sockets of the sandbox, on the port where they really are. */
    private Verdict beside(List<Claim> rivals) {
        int real = rivals.get(0).real();
        for (Claim rival : rivals) {
            if (rival.real() != real) {
                return Verdict.failure(EADDRINUSE); // one socket cannot share two real ports
            }
        }
        return withItsOptions(real);
    }

    private Verdict claimed(int port) {
        Verdict verdict = exclusively(port);
        if (verdict.errno() != EADDRINUSE) {
            return verdict;
        }
        List<Holder> holders = holders(port);
        if (holders.isEmpty()) {
            return exclusively(port); // whoever had it has just let go, or cannot be seen
        }
        return holders.stream().anyMatch(Holder::bound) ? verdict : withItsOptions(port);
    }

    /** Those that stand in the way. IPV6_V6ONLY of a holder is not known: {@code ::} counts for both families. */
    private List<Holder> holders(int port) {
        Claim wish = Claim.of(socket, asked, port, port);
        return sandbox.ports().holders(socket, port).stream()
                .filter(holder -> wish.overlaps(new Claim(
                        holder.cookie(),
                        wish.namespace(),
                        wish.protocol(),
                        holder.local().unmapped().ip(),
                        false,
                        port,
                        port)))
                .toList();
    }

    /** A free port, the one that stood for this virtual port before if possible: restarts and ::1 then agree. */
    private Verdict elsewhere() {
        Optional<Integer> last = ledger.lastReal(state, asked.port());
        if (last.isPresent()) {
            Verdict verdict = claimed(last.get());
            if (verdict.errno() != EADDRINUSE) {
                return verdict;
            }
        }
        return exclusively(0);
    }

    private boolean isPublished() {
        return sandbox.settings(PortMapping.NAME).texts("publish").contains(Integer.toString(asked.port()));
    }

    private Verdict exclusively(int port) {
        return chain.proceed(on(port).exclusive());
    }

    private Verdict withItsOptions(int port) {
        return chain.proceed(on(port));
    }

    private Call on(int port) {
        return port == asked.port() ? call : call.withAddress(asked.withPort(port));
    }

    /** Enters a bind that succeeded, and gives the address as the target sees it. */
    private Verdict entered(Verdict verdict) {
        if (!verdict.succeeded()) {
            return verdict;
        }
        Inet given = (Inet) verdict.address().orElseThrow();
        if (given.port() == 0) {
            return verdict; // IP_BIND_ADDRESS_NO_PORT: connect(2) will pick one
        }
        int virtual = asked.port() == 0 ? freeVirtual(given) : asked.port();
        Claim claim = Claim.of(socket, given, virtual, given.port());
        if (!entered(claim)) {
            return Verdict.failure(EADDRINUSE);
        }
        if (claim.remapped() && asked.port() != 0) {
            tell(given);
        }
        return verdict.withAddress(given.withPort(virtual));
    }

    /** A port that is what it seems to be works without an entry too; only conflicts inside the sandbox suffer. */
    private boolean entered(Claim claim) {
        try {
            return ledger.enter(state, claim);
        } catch (IllegalStateException e) {
            if (claim.remapped()) {
                throw e;
            }
            LOG.warn("{}: port {} is bound, but cannot be kept in the port map", sandbox.name(), claim.real(), e);
            return true;
        }
    }

    /** The number that the kernel picked, unless the sandbox uses it for a port that was taken: then another. */
    private int freeVirtual(Inet given) {
        Table table = ledger.table(state);
        for (int port = given.port(), i = 0; i <= EPHEMERAL_LAST - EPHEMERAL_FIRST; i++) {
            if (table.rivals(Claim.of(socket, given, port, given.port())).isEmpty()) {
                return port;
            }
            port = port >= EPHEMERAL_FIRST && port < EPHEMERAL_LAST ? port + 1 : EPHEMERAL_FIRST;
        }
        return given.port();
    }

    /** Once per port, and again only if what was said is no longer true. */
    private void tell(Inet given) {
        int port = asked.port();
        if (ledger.lastReal(state, port).filter(last -> last == given.port()).isEmpty()) {
            ledger.keepReal(state, port, given.port());
            sandbox.tell(port + " is taken; outside this sandbox it is " + Reachable.at(given) + " (--publish " + port
                    + " to insist)");
        }
    }
}
