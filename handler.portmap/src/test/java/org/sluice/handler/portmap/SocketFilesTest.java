package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lines of the kernel's tables as a sandbox sees them. */
class SocketFilesTest {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
                    + "  timeout inode                                                     ";

    private final FakeKernel kernel = new FakeKernel();
    private final Box box = new Box(kernel);

    private static String line(String number, String local, String remote, int inode) {
        return number + ": " + local + " " + remote + " 0A 00000000:00000000 00:00000000 00000000     0        0 "
                + inode + " 1 0000000000000000 100 0 0 10 0                       ";
    }

    private void bind(String address, int type, int protocol) {
        String local = address.contains("::") ? "::" : "0.0.0.0";
        assertEquals(
                0,
                kernel.bind(kernel.socket(local.equals("::") ? 10 : 2, type, protocol), Script.inet(address), false));
        assertEquals(
                0,
                box.call(
                                "bind",
                                kernel.socket(local.equals("::") ? 10 : 2, type, protocol),
                                Optional.of(Script.inet(address)))
                        .errno());
    }

    private String shown(String file, String... lines) {
        return SocketFiles.shown("/proc/self/net/" + file, List.of(lines), box, box);
    }

    @Test
    void theOwnOnesAreShownWithVirtualPorts() {
        bind("127.0.0.1!80", 1, 6);
        box.sockets.addAll(Set.of(7L, 8L, 9L));
        assertEquals(
                String.join(
                                "\n",
                                HEAD,
                                line("   0", "0100007F:0050", "00000000:0000", 7),
                                line("   1", "0100007F:C350", "0100007F:0050", 8),
                                line("   2", "0100007F:C351", "010200C0:9C41", 9))
                        + "\n",
                shown(
                        "tcp",
                        HEAD,
                        line("   0", "0100007F:0050", "00000000:0000", 6),
                        line("   1", "0100007F:9C41", "00000000:0000", 7),
                        line("   1", "0100007F:9C41", "00000000:0000", 7),
                        line("   2", "0100007F:C350", "0100007F:9C41", 8),
                        line("   3", "0100007F:9C41", "0100007F:C350", 0),
                        line("   4", "0100007F:C351", "010200C0:9C41", 9)));
    }

    @Test
    void eachProtocolAndFamilyHasItsOwn() {
        bind("127.0.0.1!53", 2, 17);
        bind("::!90", 1, 6);
        box.sockets.add(7L);
        String one = line("  100", "0100007F:9C41", "00000000:0000", 7);
        assertEquals(HEAD + "\n" + line("    0", "0100007F:0035", "00000000:0000", 7) + "\n", shown("udp", HEAD, one));
        String none = "00000000000000000000000000000000:0000";
        String real = "00000000000000000000000000000000:9C42";
        assertEquals(
                HEAD + "\n" + line("   0", real.replace("9C42", "005A"), none, 7) + "\n",
                shown("tcp6", HEAD, line("   0", real, none, 7)));
        String mapped = "0000000000000000FFFF00000100007F:9C42";
        assertEquals(
                HEAD + "\n" + line("   0", mapped.replace("9C42", "005A"), mapped.replace("9C42", "005A"), 7) + "\n",
                shown("tcp6", HEAD, line("   0", mapped, mapped, 7)));
    }

    @Test
    void theFilesAreThereUnlessTheProfileDoesWithout() {
        PortMapping handler = new PortMapping();
        assertEquals(SocketFiles.PATHS, handler.paths(box));
        box.settings.put("files", false);
        assertEquals(Set.of(), handler.paths(box));
        box.settings.put("files", true);
        box.settings.put("enabled", false);
        assertEquals(Set.of(), handler.paths(box));
    }
}
