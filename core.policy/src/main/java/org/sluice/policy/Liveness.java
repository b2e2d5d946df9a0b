package org.sluice.policy;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Knows whether a socket still exists. Implemented by the core; called on any thread, may ask the kernel, must not throw. */
@FunctionalInterface
public interface Liveness {

    /** Whether the socket still exists. In doubt, no: the rule then ends. */
    boolean alive(SocketId socket);

    /** Those of {@code sockets} that still exist; overridden where the kernel answers for many at once. */
    default Set<SocketId> alive(Collection<SocketId> sockets) {
        Set<SocketId> living = new HashSet<>();
        for (SocketId socket : sockets) {
            if (alive(socket)) {
                living.add(socket);
            }
        }
        return living;
    }
}
