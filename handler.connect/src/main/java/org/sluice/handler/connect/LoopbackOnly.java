package org.sluice.handler.connect;

import java.util.Map;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Event;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.Socket;

/**
 * Binds to 0.0.0.0 and :: where the rules grant loopback alone. Servers do so unless told otherwise, and mean "wherever I
 * can be reached", which for such a sandbox is loopback. So the bind goes on as it is, and the kernel keeps the socket to
 * the loopback device ({@link Socket#confineToLoopback}). A listen(2) without a bind is such a bind.
 */
final class LoopbackOnly {

    private static final int SOCK_DGRAM = 2;
    private static final int AF_INET6 = 10;
    private static final Bytes ANY4 = Bytes.of(new byte[4]);

    private LoopbackOnly() {}

    /** Whether a bind that nothing grants may go on, because its socket hears nothing but loopback from now on. */
    static boolean confines(Call call, Inet wildcard, Rules.Decision decision) {
        if (decision.explicit() || !wildcard.isWildcard()) {
            return false;
        }
        Socket socket = call.socket().orElse(null);
        if (socket == null || !isGranted(call.sandbox().rules(), socket, wildcard)) {
            return false;
        }
        // A datagram socket that sends without a bind gets just this, and answers to what it sent have to arrive.
        if (socket.type() == SOCK_DGRAM && wildcard.port() == 0) {
            return true;
        }
        if (socket.confineToLoopback() != 0) {
            return false;
        }
        if (wildcard.port() != 0) {
            call.sandbox().event(new Event("loopback-only", Map.of("address", wildcard.toString())));
            tell(call, wildcard.port());
        }
        return true;
    }

    /** Every loopback address at which the socket would be heard. */
    private static boolean isGranted(Rules rules, Socket socket, Inet wildcard) {
        if (!rules.decide(Rule.BIND, wildcard.loopback()).allowed()) {
            return false;
        }
        boolean both = socket.domain() == AF_INET6 && wildcard.ip().length() == 16 && !socket.v6Only();
        return !both
                || rules.decide(Rule.BIND, new Inet(ANY4, wildcard.port()).loopback())
                        .allowed();
    }

    /** Says once in a sandbox why nobody in the network reaches the server. */
    private static void tell(Call call, int port) {
        if (call.state().get("told", Boolean.class).isEmpty()) {
            call.state().update("told", told -> true);
            call.sandbox()
                    .tell("port " + port + " is kept to loopback (--profile server, or --allow-bind 'any!" + port
                            + "', opens it to the network)");
        }
    }
}
