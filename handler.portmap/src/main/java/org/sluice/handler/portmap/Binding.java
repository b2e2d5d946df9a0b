package org.sluice.handler.portmap;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Event;
import org.sluice.notify.Ports;
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
 *       on the real port, so that EADDRINUSE, SO_REUSEADDR and SO_REUSEPORT mean inside what they mean natively. Whether it
 *       still holds it is seen by an exclusive claim, which a port that is held refuses; only then the kernel's tables are
 *       asked, which takes many times as long.
 *   <li>Otherwise the port is claimed exclusively. Natively SO_REUSEADDR lets a bind pass whose listen(2) then fails, and
 *       after a failed listen(2) a socket cannot be bound again; SO_REUSEPORT joins any socket of the same user.
 *   <li>If only connections or their TIME_WAIT hold the port, the socket's own options decide, as they do natively; this
 *       is part of an exclusive claim. So they do beside sockets of the sandbox that got the port without a bind. The ports of multicast services are shared by design: there
 *       they decide as well.
 *   <li>A port that is taken outside is replaced by a free one, unless it is to be published.
 * </ol>
 */
final class Binding {

    private static final int EADDRINUSE = 98;

    private final Call call;
    private final Chain chain;
    private final Ledger ledger;
    private final Inet asked;
    private final Socket socket;
    private final SandboxContext sandbox;
    private final State state;
    private final Ports ports;

    /** Whether the last attempt was to share the port with nobody. */
    private boolean alone;

    Binding(Call call, Chain chain, Ledger ledger, Inet asked, Socket socket) {
        this.call = call;
        this.chain = chain;
        this.ledger = ledger;
        this.asked = asked;
        this.socket = socket;
        sandbox = call.sandbox();
        state = call.state();
        ports = sandbox.ports();
    }

    /** Binds. Called under the ledger's lock. */
    Verdict bind() {
        ledger.sweep(state, ports);
        if (asked.port() == 0) {
            return entered(exclusively(0));
        }
        Claim wish = Claim.of(socket, asked, asked.port(), 0);
        List<Claim> rivals = ledger.rivals(state, wish);
        if (!rivals.isEmpty() && rivals.stream().noneMatch(Claim::remapped)) {
            Verdict verdict = exclusively(asked.port());
            if (verdict.errno() != EADDRINUSE) {
                return entered(verdict);
            }
        }
        rivals = ledger.living(state, ports, rivals);
        if (!rivals.isEmpty()) {
            return entered(beside(rivals));
        }
        Attempt attempt = claimed(asked.port());
        if (attempt.takenOutside() && isShared()) {
            attempt = Attempt.of(withItsOptions(asked.port()));
        }
        if (!attempt.takenOutside()) {
            return entered(attempt.verdict());
        }
        return isPublished() ? unpublished() : entered(elsewhere());
    }

    /** The kernel decides between sockets of the sandbox, on the port where they really are. */
    private Verdict beside(List<Claim> rivals) {
        int real = rivals.get(0).real();
        boolean apart = rivals.stream().anyMatch(rival -> rival.real() != real);
        // One socket cannot share two real ports, nor may it share one with somebody else.
        return apart || (!isShared() && hasStrangers(real)) ? Verdict.failure(EADDRINUSE) : withItsOptions(real);
    }

    private boolean hasStrangers(int port) {
        return holders(port).stream()
                .anyMatch(holder -> holder.bound() && !ledger.isInside(state, Claim.space(socket), holder));
    }

    /**
     * What came of claiming a port.
     *
     * @param verdict the kernel's
     * @param takenOutside whether it failed because somebody outside has the port
     */
    private record Attempt(Verdict verdict, boolean takenOutside) {

        static Attempt of(Verdict verdict) {
            return new Attempt(verdict, verdict.errno() == EADDRINUSE);
        }
    }

    private Attempt claimed(int port) {
        Verdict verdict = exclusively(port);
        if (verdict.errno() != EADDRINUSE) {
            return Attempt.of(verdict);
        }
        List<Holder> holders = holders(port);
        boolean inside = holders.stream().anyMatch(this::isUnbound);
        if (holders.stream().noneMatch(Holder::bound)) {
            // Whoever had it has just let go, or cannot be seen; or connections hold it that its options do not get
            // past.
            verdict = exclusively(port);
            return inside ? new Attempt(verdict, false) : Attempt.of(verdict);
        }
        if (holders.stream().anyMatch(holder -> holder.bound() && !isUnbound(holder))) {
            return Attempt.of(verdict);
        }
        return new Attempt(withItsOptions(port), false);
    }

    /** Whether it is a socket of the sandbox that got its port without a bind: the number is taken here as well. */
    private boolean isUnbound(Holder holder) {
        return ledger.insiders.contains(holder.cookie()) && !ledger.lists(state, Claim.space(socket), holder);
    }

    /** Those that stand in the way. IPV6_V6ONLY of a holder is not known: {@code ::} counts for both families. */
    private List<Holder> holders(int port) {
        Claim wish = Claim.of(socket, asked, port, port);
        return ports.holders(socket, port).stream()
                .filter(holder -> wish.overlaps(new Claim(
                        holder.cookie(),
                        holder.cookie(),
                        wish.namespace(),
                        wish.protocol(),
                        holder.local().unmapped().ip(),
                        false,
                        port,
                        port,
                        false)))
                .toList();
    }

    /** A free port, the one that stood for this virtual port before if possible: restarts, ::1 and UDP then agree. */
    private Verdict elsewhere() {
        Optional<Integer> last = RealPorts.last(state, label(Claim.space(socket)))
                .or(() -> RealPorts.last(state, label(Claim.TCP)))
                .or(() -> RealPorts.last(state, label(Claim.UDP)));
        if (last.isPresent()) {
            Attempt attempt = claimed(last.get());
            if (attempt.verdict().errno() != EADDRINUSE) {
                return attempt.verdict();
            }
        }
        return exclusively(0);
    }

    private boolean isPublished() {
        return sandbox.settings(PortMapping.NAME).texts("publish").contains(Integer.toString(asked.port()));
    }

    /** Whether the port is that of a group, whose members on one machine share it. */
    private boolean isShared() {
        return Claim.space(socket) == Claim.UDP && Multicast.isService(asked.port());
    }

    private Verdict unpublished() {
        String port = label(Claim.space(socket));
        sandbox.event(new Event("port-taken", Map.of("port", port, "address", asked.toString())));
        sandbox.tell(port + " is taken and must be published, so bind failed; end whoever has it, or publish another");
        return Verdict.failure(EADDRINUSE);
    }

    private Verdict exclusively(int port) {
        alone = true;
        return chain.proceed(on(port).exclusive());
    }

    private Verdict withItsOptions(int port) {
        alone = false;
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
        int virtual = asked.port() == 0 ? FreePort.virtual(ledger, state, socket, given) : asked.port();
        Claim claim = Claim.of(socket, given, virtual, given.port()).listedIn(ports, socket);
        if (!ledger.enter(state, claim, alone, sandbox)) {
            return Verdict.failure(EADDRINUSE);
        }
        if (claim.remapped() && asked.port() != 0) {
            tell(given);
        }
        return verdict.withAddress(given.withPort(virtual));
    }

    /** Once per port, and again only if what was said is no longer true. */
    private void tell(Inet given) {
        String port = label(Claim.space(socket));
        if (RealPorts.last(state, port).filter(last -> last == given.port()).isEmpty()) {
            RealPorts.keep(state, port, given.port());
            sandbox.tell(port + " is taken; outside this sandbox it is " + Reachable.at(given) + " (--publish "
                    + asked.port() + " to insist)");
        }
    }

    /** A virtual port as people write it: {@code 53} of TCP, {@code 53/udp}. */
    private String label(int protocol) {
        return protocol == Claim.UDP ? asked.port() + "/udp" : Integer.toString(asked.port());
    }
}
