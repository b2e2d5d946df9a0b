package org.sluice.handler.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Call;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** What the handler answers from the private network, what it leaves to the kernel, and what it refuses. */
class VirtualInterfacesTest {

    private static final int ROUTE = 0;
    private static final int SOCK_DIAG = 4;
    private static final int GENERIC = 16;
    private static final int AF_INET = 2;
    private static final int AF_NETLINK = 16;

    private static final Verdict PRIVATE = Verdict.value(7);
    private static final Verdict NATIVE = Verdict.value(8);

    private final VirtualInterfaces handler = new VirtualInterfaces();

    /** An object of which only the named methods are asked. */
    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = answers.get(method.getName());
                    if (answer instanceof Map<?, ?> keyed) {
                        Object first = arguments[0];
                        return keyed.containsKey(first)
                                ? keyed.get(first)
                                : arguments.length > 1 ? arguments[1] : List.of();
                    }
                    if (answer == null) {
                        throw new AssertionError("nobody should ask for " + method.getName());
                    }
                    return answer;
                }));
    }

    private static Settings settings(String mode, String... protocols) {
        return fake(
                Settings.class,
                Map.of(
                        "text",
                        mode.isEmpty() ? Map.of() : Map.of("mode", mode),
                        "texts",
                        Map.of("protocols", List.of(protocols))));
    }

    private Verdict handle(Settings settings, String name, Map<String, Object> arguments, int family) {
        SandboxContext sandbox = fake(SandboxContext.class, Map.of("settings", settings));
        Socket socket = fake(Socket.class, Map.of("domain", family));
        Call call = fake(
                Call.class,
                Map.of(
                        "name", name,
                        "argument", arguments,
                        "sandbox", sandbox,
                        "socket", Optional.of(socket),
                        "performPrivately", PRIVATE));
        return handler.handle(call, passed -> {
            assertSame(call, passed);
            return NATIVE;
        });
    }

    private Verdict socket(Settings settings, int protocol) {
        return handle(settings, "socket", Map.of("protocol", (long) protocol), AF_NETLINK);
    }

    private Verdict request(Settings settings, long request) {
        return handle(settings, "ioctl", Map.of("cmd", request), AF_INET);
    }

    @Test
    void routeSocketsAreOfThePrivateNetwork() {
        assertSame(PRIVATE, socket(settings(""), ROUTE));
        assertSame(PRIVATE, socket(settings("kernel"), ROUTE));
        assertSame(NATIVE, socket(settings("host", "generic"), ROUTE));
    }

    @Test
    void otherProtocolsAreRefusedUnlessListed() {
        Verdict refused = socket(settings("", "generic"), SOCK_DIAG);
        assertEquals(97, refused.errno());
        assertEquals("NETLINK_SOCK_DIAG", refused.denial().orElseThrow().target());
        assertTrue(refused.denial().orElseThrow().remedy().contains("\"sock_diag\""));
        assertSame(PRIVATE, socket(settings("", "generic"), GENERIC));
        assertSame(NATIVE, socket(settings("host", "generic"), GENERIC));
        assertEquals(97, socket(settings("host", "generic"), SOCK_DIAG).errno());
        assertEquals(97, socket(settings("off", "generic"), GENERIC).errno());
        assertEquals(
                "--netlink kernel",
                socket(settings("off"), ROUTE).denial().orElseThrow().remedy());
        assertEquals(
                "NETLINK_99", socket(settings(""), 99).denial().orElseThrow().target());
    }

    @Test
    void requestsThatReadAreAnsweredAndOthersRefused() {
        assertSame(PRIVATE, request(settings(""), 0x8912));
        // The kernel looks at the low half alone.
        assertSame(PRIVATE, request(settings(""), 0xdead_0000_8933L));
        Verdict refused = request(settings(""), 0x8914);
        assertEquals(1, refused.errno());
        assertEquals("ioctl 0x8914", refused.denial().orElseThrow().target());
        for (long other : new long[] {0x8946, 0x894c, 0x8990, 0x89a0, 0x89f0, 0xdead_0000_8914L}) {
            assertEquals(1, request(settings(""), other).errno(), Long.toHexString(other));
        }
        assertEquals(1, request(settings("off"), 0x8912).errno());
        assertEquals(95, request(settings(""), 0x8b01).errno());
        assertSame(NATIVE, request(settings(""), 0x894b));
    }

    @Test
    void messagesOfNetlinkSocketsAreSentWithoutADestination() {
        for (String call : List.of("sendto", "sendmsg", "sendmmsg")) {
            assertSame(PRIVATE, handle(settings(""), call, Map.of(), AF_NETLINK));
            assertSame(NATIVE, handle(settings(""), call, Map.of(), AF_INET));
        }
    }

    @Test
    void whatNamesASyntheticSocketIsAnsweredInItsPlace() {
        for (String call : List.of("bind", "connect", "getsockname", "getpeername", "setsockopt", "getsockopt")) {
            assertSame(PRIVATE, handle(settings("synthetic"), call, Map.of(), AF_NETLINK));
            assertSame(NATIVE, handle(settings("synthetic"), call, Map.of(), AF_INET));
        }
    }

    @Test
    void whatIsReceivedIsAnsweredBeforeAndReceivedByTheKernel() {
        for (String call : List.of("recvfrom", "recvmsg")) {
            assertSame(NATIVE, handle(settings("synthetic"), call, Map.of(), AF_NETLINK));
            assertSame(NATIVE, handle(settings("synthetic"), call, Map.of(), AF_INET));
        }
    }

    @Test
    void trapsOnlyWhatItsModeNeeds() {
        List<String> all =
                List.of(VirtualInterfaces.class.getAnnotation(Traps.class).value());
        List<String> kernel = all.stream()
                .filter(trap -> trap.startsWith("socket(") || trap.startsWith("ioctl") || trap.startsWith("send"))
                .toList();
        assertEquals(kernel, handler.traps(settings(""), all));
        assertEquals(kernel, handler.traps(settings("kernel", "generic"), all));
        List<String> synthetic = handler.traps(settings("synthetic"), all);
        assertEquals(all.stream().filter(trap -> !trap.startsWith("sendm")).toList(), synthetic);
        assertEquals(List.of(), handler.traps(settings("host"), all));
        assertEquals(List.of(VirtualInterfaces.SOCKET), handler.traps(settings("host", "generic"), all));
        List<String> off = handler.traps(settings("off"), all);
        assertEquals(kernel.stream().filter(trap -> !trap.startsWith("send")).toList(), off);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> handler.traps(settings("", "sockdiag"), all));
        assertTrue(String.valueOf(e.getMessage()).startsWith("netlink.protocols: 'sockdiag' is no protocol"));
    }
}
