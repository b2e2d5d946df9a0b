package org.sluice.handler.portmap;

import java.util.List;
import java.util.Optional;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

/** Calls that name a destination: what is for a local address goes to the real port. */
final class Sending {

    private Sending() {}

    /** Passes the call on, with another port where the sandbox knows the destination by a number of its own. */
    static Verdict through(Call call, Chain chain, Ledger ledger) {
        if (!(call.address().orElse(null) instanceof Inet destination)) {
            return chain.proceed(call);
        }
        call.socket().ifPresent(socket -> ledger.insiders.add(socket.cookie()));
        if (ledger.remapped(call.state()).isEmpty() || Multicast.contains(destination)) {
            return chain.proceed(call);
        }
        return PortMapping.mapped(call)
                .map(socket -> chain.proceed(translated(call, ledger, socket, destination)))
                .orElseGet(() -> chain.proceed(call));
    }

    private static Call translated(Call call, Ledger ledger, Socket socket, Inet destination) {
        Ports ports = call.sandbox().ports();
        Optional<Claim> reached = reached(call, socket, destination);
        while (reached.filter(Claim::remapped).isPresent()
                && ledger.living(call.state(), ports, List.of(reached.get())).isEmpty()) {
            reached = reached(call, socket, destination);
        }
        int port = reached.map(Claim::real).orElse(destination.port());
        return port == destination.port() ? call : call.withAddress(destination.withPort(port));
    }

    private static Optional<Claim> reached(Call call, Socket socket, Inet destination) {
        List<Claim> there = Layout.on(call.state(), Claim.space(socket), destination.port());
        return Table.reached(there, call.sandbox().ports(), socket, destination);
    }
}
