package org.sluice.core.ds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.sluice.core.chain.ChainSpec;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.chain.SandboxChain;
import org.sluice.core.state.StateStore;
import org.sluice.core.trap.HostNames;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

class HandlerWhiteboardTest {

    private final HandlerRegistry registry = new HandlerRegistry(ChainTimeouts.standard(), new HostNames());
    private final HandlerWhiteboard whiteboard = new HandlerWhiteboard(registry);
    private final SyscallHandler handler = (call, chain) -> chain.proceed(call);
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            SyscallHandler.NAME, "bind",
            SyscallHandler.STAGE, "LEARN",
            SyscallHandler.TRAPS, new String[] {"bind"}));

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void serviceIsInTheRegistryWhileItIsRegistered() {
        SandboxChain chain = chain();
        ServiceReference<SyscallHandler> reference = reference();

        whiteboard.addHandler(handler, reference);
        assertEquals("org.example.bind 1.2.3", chain.statuses().get(0).origin());
        assertEquals("active", chain.statuses().get(0).state());

        whiteboard.removeHandler(reference);
        assertEquals("missing", chain.statuses().get(0).state());
    }

    @Test
    void newRankingIsTaken() {
        SandboxChain chain = chain();
        ServiceReference<SyscallHandler> reference = reference();
        whiteboard.addHandler(handler, reference);

        properties.put(Constants.SERVICE_RANKING, 9);
        whiteboard.updatedHandler(handler, reference);

        assertEquals(1, chain.statuses().size());
        assertEquals(9, chain.statuses().get(0).ranking());
    }

    @Test
    void badDescriptionIsLeftOut() {
        SandboxChain chain = chain();
        ServiceReference<SyscallHandler> reference = reference();
        properties.put(SyscallHandler.TRAPS, new String[] {"bnid"});

        whiteboard.addHandler(handler, reference);
        whiteboard.removeHandler(reference);

        assertEquals(List.of("bind"), chain.missing());
    }

    private SandboxChain chain() {
        return registry.open(new ChainSpec(
                Map.of("bind", stub(Settings.class, Map.of())),
                Set.of(),
                List.of(),
                Set.of(),
                true,
                new StateStore(),
                stub(SandboxContext.class, Map.of("name", "box")),
                (call, address, exclusive) -> Verdict.value(0)));
    }

    @SuppressWarnings("unchecked") // a class literal has no type argument
    private ServiceReference<SyscallHandler> reference() {
        Bundle bundle = stub(
                Bundle.class,
                Map.of("getVersion", new Version(1, 2, 3), "getSymbolicName", "org.example.bind", "getBundleId", 1L));
        return (ServiceReference<SyscallHandler>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> bundle;
                    case "getProperty" -> properties.get(String.valueOf(arguments[0]));
                    case "getProperties" -> dictionary();
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    // The framework's own interface asks for a Dictionary.
    @SuppressWarnings("JdkObsolete")
    private Dictionary<String, Object> dictionary() {
        return new Hashtable<>(properties);
    }

    private static <T> T stub(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }
}
