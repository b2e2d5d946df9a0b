package org.sluice.shell;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.Links;
import org.sluice.core.SandboxFactory;

/** The virtual network interfaces of a sandbox. */
@Component(
        service = LinkCommands.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=links"})
public final class LinkCommands {

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public LinkCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:links}. */
    @Descriptor("lists the virtual network interfaces of a sandbox")
    public String links(
            @Descriptor("print JSON")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("name of the sandbox") String sandbox) {
        Table table = new Table("LINK", "STATE", "MTU", "MAC", "ADDRESSES");
        for (Links.Line link : find(sandbox).lines()) {
            String state = link.up() ? "up" : "down";
            table.row(link.name(), state, link.mtu(), link.mac(), String.join(" ", link.addresses()));
        }
        return table.render(json);
    }

    /** {@code sluice:links NAME add|remove|up|down …}. */
    @Descriptor("changes the virtual network interfaces of a sandbox while it runs")
    public String links(
            @Descriptor("name of the sandbox") String sandbox,
            @Descriptor("add, remove, up or down") String action,
            @Descriptor("eth0=10.1.2.3/24 to add, else the interface's name") String what) {
        Links links = find(sandbox);
        switch (action) {
            case "add" -> links.add(what);
            case "remove" -> links.remove(what);
            case "up" -> links.set(what, true);
            case "down" -> links.set(what, false);
            default ->
                throw new IllegalArgumentException("links does not know '" + action + "'; use add, remove, up or down");
        }
        return links(false, sandbox);
    }

    private Links find(String sandbox) {
        return Sandboxes.find(factory, sandbox)
                .links()
                .orElseThrow(() -> new IllegalArgumentException("sandbox " + sandbox
                        + " has no virtual interfaces; start it with --netlink kernel or --interface"));
    }
}
