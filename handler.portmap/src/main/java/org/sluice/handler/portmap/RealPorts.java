package org.sluice.handler.portmap;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.sluice.notify.State;

/** The real ports that last stood for taken ones, kept under {@code ports} by the name of {@link Binding#label}. */
final class RealPorts {

    private static final String PORTS = "ports";
    private static final int REMEMBERED = 256;

    private RealPorts() {}

    /** The last one for a port. */
    static Optional<Integer> last(State state, String label) {
        return state.get(PORTS, Map.class).map(ports -> (Integer) ports.get(label));
    }

    /** Keeps the one that now stands for a port. Of many, some are forgotten. */
    static void keep(State state, String label, int real) {
        state.update(PORTS, old -> {
            Map<Object, Object> ports = new HashMap<>(old == null ? Map.of() : (Map<?, ?>) old);
            if (ports.size() >= REMEMBERED && !ports.containsKey(label)) {
                ports.remove(ports.keySet().iterator().next());
            }
            ports.put(label, real);
            return ports;
        });
    }
}
