package org.sluice.core.chain;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.core.state.StateStore;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;

/**
 * What the chain of one sandbox is made of.
 *
 * @param handlers the names of the handlers that take part, with their settings
 * @param required those without which their calls are refused; a handler of stage DECIDE always is
 * @param reserve traps for handlers to come; {@code *} for every system call
 * @param trustedTranslators translators whose change of a port is no change for the deciders: they map between the
 *     sandbox's own ports and the machine's. The trust goes by name, so it goes to whichever handler is active under it.
 * @param virtualFiles whether handlers may contribute files
 * @param state what the handlers keep
 * @param context what handlers may know of the sandbox
 * @param terminal where calls end
 */
public record ChainSpec(
        Map<String, Settings> handlers,
        Set<String> required,
        List<String> reserve,
        Set<String> trustedTranslators,
        boolean virtualFiles,
        StateStore state,
        SandboxContext context,
        Terminal terminal) {

    /** The translators of ours. */
    public static final Set<String> TRUSTED = Set.of("portmap");

    /** Copies. */
    public ChainSpec {
        handlers = Map.copyOf(handlers);
        required = Set.copyOf(required);
        reserve = List.copyOf(reserve);
        trustedTranslators = Set.copyOf(trustedTranslators);
    }
}
