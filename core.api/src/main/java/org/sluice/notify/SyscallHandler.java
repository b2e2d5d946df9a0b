package org.sluice.notify;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Answers system calls. Register it as a service with {@link Handler} and {@link Traps}; the core finds it, adds it to
 * the chain of every sandbox whose profile names it, and takes it out again when the service goes.
 *
 * <p><b>Threads.</b> {@link #handle} is called concurrently, on threads that belong to the core. It holds no lock of
 * the core, may be interrupted, and may block only inside {@link Chain#proceed} or where the core offers it. A handler
 * starts no threads.
 *
 * <p><b>Failure.</b> An exception, an error, a {@code null} verdict or five seconds of the handler's own time end the
 * call with EPERM. Five failures in ten seconds put the handler in quarantine for that sandbox.
 */
@ConsumerType
public interface SyscallHandler {

    /** Service property: the handler's name, see {@link Handler#name}. */
    String NAME = "sluice.handler.name";

    /** Service property: the handler's stage, see {@link Handler#stage}. */
    String STAGE = "sluice.handler.stage";

    /** Service property: the version of the handler's state, see {@link Handler#schema}. */
    String SCHEMA = "sluice.handler.schema";

    /** Service property: the traps, see {@link Traps#value}. */
    String TRAPS = "sluice.handler.traps";

    /** Service property: how the trapped calls end, see {@link Traps#access}. */
    String ACCESS = "sluice.handler.access";

    /**
     * Answers one call: denies it, passes it on with {@link Chain#proceed}, or answers it outright.
     *
     * @return what the target gets; never {@code null}
     */
    Verdict handle(Call call, Chain chain);

    /**
     * Narrows the traps for one sandbox, asked once when that sandbox starts.
     *
     * @param settings this handler's section of the sandbox's profile
     * @param traps what {@link Traps} declares
     * @return a subset of {@code traps}; the empty list takes the handler out of this sandbox
     */
    default List<String> traps(Settings settings, List<String> traps) {
        return traps;
    }

    /**
     * Brings the state of a sandbox from an older schema to this handler's. Called before the first call reaches this
     * version; if it throws, the version that runs stays active.
     *
     * @param schema the schema that {@code state} was written with
     * @param state all values of the handler's state
     * @return the values in this handler's schema
     */
    default Map<String, Object> migrate(int schema, Map<String, Object> state) {
        return state;
    }

    /**
     * The smoke call: shows that this handler can do its work in one sandbox. Made for each sandbox that a swap
     * ({@code sluice:swap}) would give to this version, before any of them does; if it throws or takes longer than the
     * handler's time for a call, no sandbox is given to it and the version that runs stays active. What it does must leave
     * no trace: it is no call of a target, and it has no sandbox at hand.
     *
     * @param settings this handler's section of the sandbox's profile
     * @param state a copy of all values of the handler's state, in this version's schema
     */
    default void smoke(Settings settings, Map<String, Object> state) {}
}
