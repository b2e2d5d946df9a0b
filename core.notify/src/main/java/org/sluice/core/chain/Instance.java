package org.sluice.core.chain;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.SyscallHandler;

/** A registered handler. Lets go of the handler's object when it has left. */
final class Instance {

    private final HandlerDescription description;
    private final Set<Binding> bindings = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SyscallHandler handler;

    Instance(SyscallHandler handler, HandlerDescription description) {
        this.handler = handler;
        this.description = description;
    }

    HandlerDescription description() {
        return description;
    }

    /** The handler, {@code null} once it has left. */
    @Nullable
    SyscallHandler handler() {
        return handler;
    }

    void detach() {
        handler = null;
        bindings.forEach(binding -> binding.state().close());
        bindings.clear();
    }

    /** Its places in chains that may still have calls of it. */
    Set<Binding> bindings() {
        return bindings;
    }

    @Override
    public String toString() {
        return description.name() + " (" + description.origin() + ")";
    }
}
