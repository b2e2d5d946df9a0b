package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.core.HandlerStatus;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapSet;

/** Says, for people, which handler serves which sandbox and why not. */
final class Participation {

    private Participation() {}

    /** Which of the running sandboxes a handler reaches; empty if there are none. */
    static String describe(Instance instance, List<SandboxChain> chains) {
        String text = chains.stream().map(chain -> describe(instance, chain)).collect(Collectors.joining("; "));
        return text.isEmpty() ? "" : "; " + text;
    }

    private static String describe(Instance instance, SandboxChain chain) {
        Seat seat = chain.seats().get(instance.description().name());
        if (seat == null) {
            return chain.name() + " does not use it";
        }
        Binding active = seat.active();
        if (active == null || active.instance() != instance) {
            return "in " + chain.name() + " it stands by";
        }
        List<Trap> missed = unreachable(chain, active.shape().traps());
        if (missed.isEmpty()) {
            return "it serves " + chain.name();
        }
        String reserve = missed.stream().map(Trap::syscall).distinct().collect(Collectors.joining(" "));
        return chain.name() + " does not trap " + texts(missed).stream().collect(Collectors.joining(", "))
                + "; start it with --reserve " + reserve;
    }

    static HandlerStatus status(Seat seat) {
        Shape shape = seat.shape();
        Binding active = seat.active();
        List<Trap> traps = shape == null ? List.of() : shape.traps();
        List<Trap> missed = unreachable(seat.chain(), traps);
        List<Trap> reached = new ArrayList<>(traps);
        reached.removeAll(missed);
        return new HandlerStatus(
                seat.name(),
                active == null || shape == null ? "" : shape.origin(),
                shape == null ? "" : shape.stage().name(),
                shape == null ? 0 : shape.ranking(),
                seat.isRequired(),
                texts(reached),
                texts(missed),
                seat.metrics().calls(),
                seat.metrics().failures(),
                state(seat, active));
    }

    private static String state(Seat seat, @Nullable Binding active) {
        int leaked = seat.chain().leaks(seat);
        if (leaked > 0) {
            return "leaked";
        }
        if (active == null) {
            return "missing";
        }
        if (seat.quarantine().isActive()) {
            return "quarantined";
        }
        return active.shape().traps().isEmpty() ? "not used" : "active";
    }

    static HandlerStatus standby(Seat seat, Instance instance, @Nullable String reason) {
        return idle(instance, seat.isRequired(), reason == null ? "standby" : "standby (" + reason + ")");
    }

    static HandlerStatus unused(Instance instance) {
        return idle(instance, false, "not used");
    }

    private static HandlerStatus idle(Instance instance, boolean required, String state) {
        HandlerDescription description = instance.description();
        return new HandlerStatus(
                description.name(),
                description.origin(),
                description.stage().name(),
                description.ranking(),
                required,
                List.of(),
                texts(description.traps()),
                0,
                0,
                state);
    }

    private static List<Trap> unreachable(SandboxChain chain, List<Trap> traps) {
        TrapSet delivered = chain.delivered();
        return delivered == null
                ? List.of()
                : traps.stream().filter(trap -> !delivered.covers(trap)).toList();
    }

    private static List<String> texts(List<Trap> traps) {
        return traps.stream().map(Trap::text).toList();
    }
}
