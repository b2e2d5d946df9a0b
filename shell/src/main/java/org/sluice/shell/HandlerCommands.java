package org.sluice.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerStatus;
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
    @Descriptor("lists the handlers of a sandbox: their state, calls and failures, and which calls reach them")
    public String handlers(@Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("HANDLER", "STAGE", "CALLS", "FAILED", "STATE AND TRAPS");
        for (HandlerStatus handler : Sandboxes.find(factory, sandbox).handlers()) {
            table.row(handler.name(), handler.stage(), handler.calls(), handler.failures(), describe(handler));
        }
        return table.toString();
    }

    private static String describe(HandlerStatus handler) {
        List<String> parts = new ArrayList<>();
        parts.add(handler.state() + (handler.required() ? ", required" : ""));
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
    public String ports(@Descriptor("name of the sandbox") String sandbox) {
        return VirtualPorts.list(Sandboxes.find(factory, sandbox).state("portmap"));
    }

    /** {@code sluice:release}. */
    @Descriptor("lets a handler out of quarantine in a sandbox")
    public String release(
            @Descriptor("name of the sandbox") String sandbox, @Descriptor("name of the handler") String handler) {
        Sandboxes.find(factory, sandbox).release(handler);
        return sandbox + ": " + handler + " is released";
    }
}
