package org.sluice.shell;

import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** The profile of a sandbox. */
@Component(
        service = ProfileCommand.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=profile"})
public final class ProfileCommand {

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public ProfileCommand(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:profile show|reload NAME}. */
    @Descriptor("shows the profile of a sandbox as JSON, or reads it again and says what stays as it was")
    public String profile(
            @Descriptor("show or reload") String action, @Descriptor("name of the sandbox") String sandbox) {
        Sandbox found = Sandboxes.find(factory, sandbox);
        return switch (action) {
            case "show" -> found.profile().toJson().stripTrailing();
            case "reload" -> reload(found);
            default -> throw new IllegalArgumentException("profile does not know '" + action + "'; use show or reload");
        };
    }

    private static String reload(Sandbox sandbox) {
        List<String> kept = sandbox.reload();
        Table table =
                new Table(sandbox.name() + ":", "profile " + sandbox.profile().name() + " is reloaded");
        kept.forEach(each -> table.row("unchanged", each));
        if (!kept.isEmpty()) {
            table.row("", "start the sandbox anew for what is unchanged");
        }
        return table.toString();
    }
}
