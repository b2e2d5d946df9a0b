package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Verdict;
import org.sluice.target.PinnedSocket;

/** Sockets that come and go by the thousand leave nothing behind. */
class ChurnTest {

    private static final int BINDS = 100_000;
    private static final int TAKEN = 400;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_MPTCP = 262;

    private static final int MOST_PORTS = 256;

    @Test
    void aHundredThousandBindsLeaveNothingBehind() {
        try (RealKernel kernel = new RealKernel();
                RealKernel outside = new RealKernel()) {
            List<Inet> taken = taken(outside);
            Box box = new Box(kernel);
            int sockets = 0;
            int ports = 0;
            for (int i = 0; i < BINDS; i++) {
                // One in a hundred is remapped, one in a thousand is of MPTCP, which costs a look into the table.
                boolean remapped = i % 100 == 0;
                int type = remapped || i % 2 == 0 ? SOCK_DGRAM : SOCK_STREAM;
                Inet wish = remapped ? taken.get(i / 100 % TAKEN) : Script.inet("127.0.0.1!0");
                PinnedSocket socket = kernel.socket(AF_INET, type, i % 1000 == 1 ? IPPROTO_MPTCP : 0);
                Verdict verdict = box.call("bind", socket, Optional.of(wish));
                assertTrue(verdict.succeeded(), verdict::toString);
                if (remapped) {
                    assertEquals(Optional.<Address>of(wish), verdict.address());
                }
                kernel.closeSockets();
                if (i % 100 == 0) {
                    sockets = Math.max(sockets, Layout.all(box).size());
                    ports = Math.max(ports, size(box, "ports"));
                }
            }
            assertTrue(sockets <= Ledger.SWEEP, sockets + " sockets were kept");
            assertEquals(MOST_PORTS, ports);
        }
    }

    private static int size(Box box, String key) {
        return ((Map<?, ?>) box.values.getOrDefault(key, Map.of())).size();
    }

    private static List<Inet> taken(RealKernel outside) {
        List<Inet> taken = new ArrayList<>();
        for (int i = 0; i < TAKEN; i++) {
            PinnedSocket socket = outside.socket(AF_INET, SOCK_DGRAM, 0);
            Verdict verdict = outside.perform("bind", socket, Optional.of(Script.inet("127.0.0.1!0")), false);
            taken.add((Inet) verdict.address().orElseThrow());
        }
        return taken;
    }
}
