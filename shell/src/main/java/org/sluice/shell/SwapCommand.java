package org.sluice.shell;

import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerSwap;

/** Replaces a handler while its sandboxes run. */
@Component(
        service = SwapCommand.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=swap"})
public final class SwapCommand {

    private final HandlerSwap swap;

    /** Made by Declarative Services. */
    @Activate
    public SwapCommand(@Reference HandlerSwap swap) {
        this.swap = swap;
    }

    /** {@code sluice:swap}. */
    @Descriptor("puts a bundle's handler in the place of the one that runs, if it is fit")
    public String swap(
            @Descriptor("name of the handler") String handler,
            @Descriptor("path or URL of a bundle, or the number of an installed one") String bundle)
            throws InterruptedException {
        return swap.swap(handler, bundle);
    }
}
