package org.sluice.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.sluice.core.ExitStatus;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** What JMX shows of a sandbox while it runs. */
class SandboxBeansTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final HandlerStatus bind = new HandlerStatus(
            "bind", "org.sluice.handler.bind 0.1.0", "LEARN", 0, false, List.of("bind"), List.of(), 12, 1, "active");
    private final CompletableFuture<ExitStatus> end = new CompletableFuture<>();
    private final Sandbox sandbox = fake(
            Sandbox.class,
            Map.of(
                    "name",
                    "b,o=x",
                    "handlers",
                    List.of(bind),
                    "latencies",
                    Map.of("bind", new Latency(12, 3072, 8110)),
                    "end",
                    end));
    private final SandboxFactory factory = fake(SandboxFactory.class, Map.of("sandboxes", List.of(sandbox)));

    @Test
    void handlersAreShownUntilTheSandboxEnds() throws Exception {
        SandboxBeans beans = new SandboxBeans(factory);
        ObjectName box = new ObjectName("org.sluice:type=Sandbox,name=\"b,o=x\"");
        ObjectName handler = new ObjectName("org.sluice:type=Handler,sandbox=\"b,o=x\",name=\"bind\"");
        assertEquals("b,o=x", server.getAttribute(box, "Name"));
        assertEquals(12L, server.getAttribute(handler, "Calls"));
        assertEquals(1L, server.getAttribute(handler, "Failures"));
        assertEquals(8110L, server.getAttribute(handler, "P99Nanos"));
        assertEquals("active", server.getAttribute(handler, "State"));
        // Told twice: by the list, and by the event that crossed it.
        beans.started(sandbox);
        beans.ended(sandbox, ExitStatus.fromWait(0));
        assertFalse(server.isRegistered(box));
        assertFalse(server.isRegistered(handler));
    }

    @Test
    void whatIsOverLeavesNothing() throws Exception {
        assertTrue(end.complete(ExitStatus.fromWait(0)));
        SandboxBeans beans = new SandboxBeans(factory);
        assertEquals(List.of(), List.copyOf(server.queryNames(new ObjectName("org.sluice:*"), null)));
        beans.stop();
    }

    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }
}
