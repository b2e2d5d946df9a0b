package org.sluice.handler.portmap;

import java.util.List;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Socket;
import org.sluice.notify.State;

/** The number by which a sandbox knows a port that the kernel picked. */
final class FreePort {

    private static final int FIRST = 32768;
    private static final int LAST = 60999;

    private FreePort() {}

    /**
     * The same number, unless the sandbox uses it for a port that was taken: then another. The kernel has just given this
     * port to {@code socket} alone, so whoever else was on it under its own number is gone.
     */
    static int virtual(Ledger ledger, State state, Socket socket, Inet given) {
        int port = given.port();
        if (rivals(ledger, state, socket, given, port).stream().noneMatch(Claim::remapped)) {
            return port;
        }
        for (int i = FIRST; i <= LAST; i++) {
            port = port >= FIRST && port < LAST ? port + 1 : FIRST;
            if (rivals(ledger, state, socket, given, port).isEmpty()) {
                return port;
            }
        }
        return given.port();
    }

    private static List<Claim> rivals(Ledger ledger, State state, Socket socket, Inet given, int port) {
        return ledger.rivals(state, Claim.of(socket, given, port, given.port()));
    }
}
