package org.sluice.handler.portmap;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Call;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

/**
 * Calls that tell a name: a target knows its ports, and those of its neighbours, by their virtual numbers. Claims of
 * sockets that are gone count here: a connection keeps its virtual port when its listener is closed.
 */
final class Naming {

    private Naming() {}

    /** The name of the socket itself. */
    static Verdict own(Call call, Verdict verdict, Ledger ledger) {
        Table table = ledger.remapped(call.state());
        Socket socket = translatable(call, verdict, table);
        if (socket == null) {
            return verdict;
        }
        Inet real = (Inet) verdict.address().orElseThrow();
        return told(verdict, real, table.localPort(same(call, socket, real), socket, real));
    }

    /** The name of the other end, or of a sender. */
    static Verdict peer(Call call, Verdict verdict, Ledger ledger) {
        Table table = ledger.remapped(call.state());
        Socket socket = translatable(call, verdict, table);
        if (socket == null) {
            return verdict;
        }
        Inet real = (Inet) verdict.address().orElseThrow();
        return told(
                verdict,
                real,
                table.peerPort(same(call, socket, real), call.sandbox().ports(), socket, real));
    }

    private static @Nullable Socket translatable(Call call, Verdict verdict, Table table) {
        boolean named = !table.isEmpty()
                && !verdict.continued()
                && verdict.succeeded()
                && verdict.address().orElse(null) instanceof Inet;
        return named ? PortMapping.mapped(call).orElse(null) : null;
    }

    private static List<Claim> same(Call call, Socket socket, Inet real) {
        return Layout.on(call.state(), Claim.space(socket), real.port());
    }

    private static Verdict told(Verdict verdict, Inet real, int port) {
        return port == real.port() ? verdict : verdict.withAddress(real.withPort(port));
    }
}
