package org.sluice.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** The handlers of a sandbox. */
@Component(
        service = HandlerCommands.class,
        property = {
            "osgi.command.scope=sluice",
            "osgi.command.function=handlers",
            "osgi.command.function=release",
            "osgi.command.function=ports"
        })
public final class HandlerCommands {

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public HandlerCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:handlers}. */
    @Descriptor("lists the handlers of a sandbox: state, calls, failures, times, and which calls reach them")
    public String handlers(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String sandbox) {
        Sandbox found = Sandboxes.find(factory, sandbox);
        Map<String, Latency> latencies = found.latencies();
        Table table = new Table("HANDLER", "CALLS", "FAILED", "P50", "P99", "STATE AND TRAPS");
        for (HandlerStatus handler : found.handlers()) {
            Latency latency = takesPart(handler) ? latencies.get(handler.name()) : null;
            table.row(
                            handler.name(),
                            handler.calls(),
                            handler.failures(),
                            latency == null ? "-" : Latencies.text(latency.p50()),
                            latency == null ? "-" : Latencies.text(latency.p99()),
                            describe(handler))
                    .facts(facts(handler, latency));
        }
        return table.render(json);
    }

    /** Others of the name stand by, and their calls are not theirs. */
    private static boolean takesPart(HandlerStatus handler) {
        return handler.calls() > 0;
    }

    private static Map<String, Object> facts(HandlerStatus handler, @Nullable Latency latency) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("p50", latency == null ? 0 : latency.p50());
        facts.put("p99", latency == null ? 0 : latency.p99());
        facts.put("bundle", handler.origin());
        facts.put("stage", handler.stage());
        facts.put("ranking", handler.ranking());
        facts.put("required", handler.required());
        facts.put("state", handler.state());
        facts.put("traps", handler.traps());
        facts.put("not_delivered", handler.unreachable());
        return facts;
    }

    private static String describe(HandlerStatus handler) {
        List<String> parts = new ArrayList<>();
        parts.add(handler.state() + (handler.required() ? ", required" : ", optional"));
        parts.add(handler.stage() + (handler.ranking() == 0 ? "" : ", ranking " + handler.ranking()));
        if (!handler.traps().isEmpty()) {
            parts.add("traps " + String.join(" ", handler.traps()));
        }
        if (!handler.unreachable().isEmpty()) {
            parts.add("not delivered: " + String.join(" ", handler.unreachable()));
        }
        parts.add(handler.origin());
        return String.join("; ", parts);
    }

    /** {@code sluice:ports}. */
    @Descriptor("lists the ports that a sandbox holds: as it sees them, and as others do")
    public String ports(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String sandbox) {
        return VirtualPorts.list(Sandboxes.find(factory, sandbox).state("portmap"))
                .render(json);
    }

    /** {@code sluice:release}. */
    @Descriptor("lets a handler out of quarantine in a sandbox")
    public String release(
            @Descriptor("name of the sandbox") String sandbox, @Descriptor("name of the handler") String handler) {
        Sandboxes.find(factory, sandbox).release(handler);
        return sandbox + ": " + handler + " is released";
    }
}
