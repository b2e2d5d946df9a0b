package org.sluice.core.chain;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.SyscallHandler;

/** A registered handler. Lets go of the handler's object when it has left. */
final class Instance {

    /** The bundle of handlers that belong to none. */
    static final long NO_BUNDLE = -1;

    /** One that an administrator chose comes before others, the last choice first. */
    static final Comparator<Instance> BEST_FIRST = Instance::compareBestFirst;

    private final HandlerDescription description;
    private final long bundle;
    private final Set<Binding> bindings = ConcurrentHashMap.newKeySet();
    private volatile @Nullable SyscallHandler handler;

    /** Which choice of an administrator it was, 0 for none; guarded by the lock of the name. */
    private int chosen;

    /** Whether it is not yet to be active anywhere. */
    private volatile boolean onTrial;

    Instance(SyscallHandler handler, HandlerDescription description, long bundle, boolean onTrial) {
        this.handler = handler;
        this.description = description;
        this.bundle = bundle;
        this.onTrial = onTrial;
    }

    /** The identifier of its bundle, or {@link #NO_BUNDLE}. */
    long bundle() {
        return bundle;
    }

    boolean isOnTrial() {
        return onTrial;
    }

    /** Lets it take part like any other. */
    void admit() {
        onTrial = false;
    }

    /** Puts it before all that were chosen before. Called under the lock of the name. */
    void choose(int choice) {
        chosen = choice;
        onTrial = false;
    }

    HandlerDescription description() {
        return description;
    }

    /** The handler, {@code null} once it has left. */
    @Nullable
    SyscallHandler handler() {
        return handler;
    }

    private static int compareBestFirst(Instance a, Instance b) {
        int order = Integer.compare(b.chosen, a.chosen);
        return order != 0 ? order : HandlerDescription.BEST_FIRST.compare(a.description, b.description);
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
