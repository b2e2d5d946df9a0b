package org.sluice.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VirtualPortsTest {

    private static final String WEB = "7 1 6 00000000 46 8080 41233 open";
    private static final String NAMES = "9 1 17 7f000001 46 53 53 open";

    private static final String TABLE =
            """
            PORT    OUTSIDE  ADDRESS
            53/udp  53/udp   127.0.0.1
            8080    41233    0.0.0.0""";

    @Test
    void listsWhatIsKept() {
        Map<String, Object> kept = Map.of(
                "tcp 8080", "7 " + WEB + "\n8 " + WEB,
                "udp 53", "9 " + NAMES,
                "remapped", "7 " + WEB + "\n8 " + WEB,
                "ports", Map.of("8080", 41233));
        assertEquals(TABLE, VirtualPorts.list(kept).toString());
    }

    /** A handler of the first version may be the active one. */
    @Test
    void listsWhatTheFirstVersionKept() {
        Map<String, Object> kept = Map.of("sockets", Map.of("7", WEB, "9", NAMES), "ports", Map.of("8080", 41233));
        assertEquals(TABLE, VirtualPorts.list(kept).toString());
    }

    /** What a version to come may keep is no reason to fail. */
    @Test
    void leavesOutWhatItDoesNotKnow() {
        Map<String, Object> kept = Map.of(
                "tcp 8080", "7 " + WEB + " more",
                "udp 53", "9 " + NAMES,
                "tcp 1", List.of(WEB));
        assertEquals(1, VirtualPorts.list(kept).toString().lines().skip(1).count());
    }
}
