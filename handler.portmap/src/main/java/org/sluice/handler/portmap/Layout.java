package org.sluice.handler.portmap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.State;

/**
 * How the claims of a sandbox are kept in its state. All groups have one form, a text with an encoded {@link Claim} in each
 * line, which is the cheapest thing to keep:
 *
 * <ul>
 *   <li>{@code tcp 80}, {@code udp 53}: the claims on one virtual port, so that a bind touches nothing but its own port,
 *       whatever else the sandbox has bound;
 *   <li>{@code remapped}: once more those whose real port is another one, which are few, and are looked up by it.
 * </ul>
 *
 * <p>Schema 1 had all claims under {@code sockets}, a map from a socket's cookie to the rest of its line.
 */
final class Layout {

    /** The version of this layout. */
    static final int SCHEMA = 2;

    static final String REMAPPED = "remapped";

    private static final String SOCKETS = "sockets";
    private static final String TCP = "tcp ";
    private static final String UDP = "udp ";

    private Layout() {}

    /** Where the claims on a virtual port are. */
    static String key(int protocol, int virtual) {
        return (protocol == Claim.UDP ? UDP : TCP) + virtual;
    }

    /** Whether {@link #key} made it. */
    static boolean isPort(String key) {
        return key.startsWith(TCP) || key.startsWith(UDP);
    }

    /** Reads a group; none is an empty one. */
    static List<Claim> claims(@Nullable Object group) {
        if (group == null) {
            return List.of();
        }
        if (((String) group).indexOf('\n') < 0) {
            return List.of(Claim.decode((String) group));
        }
        List<Claim> claims = new ArrayList<>(1);
        lines((String) group).forEach(line -> claims.add(Claim.decode(line)));
        return claims;
    }

    private static List<String> lines(String text) {
        return text.indexOf('\n') < 0 ? List.of(text) : List.of(text.split("\n", -1));
    }

    /** All claims on a virtual port. */
    static List<Claim> on(State state, int protocol, int virtual) {
        return state.get(key(protocol, virtual), String.class)
                .map(Layout::claims)
                .orElse(List.of());
    }

    /** All claims. */
    static List<Claim> all(State state) {
        List<Claim> all = new ArrayList<>();
        state.snapshot().forEach((key, group) -> {
            if (isPort(key)) {
                all.addAll(claims(group));
            }
        });
        return all;
    }

    /** A group with a claim more, or another one of its socket. */
    static String with(@Nullable Object group, Claim claim) {
        Object others = without(group, List.of(claim));
        return others == null ? claim.encode() : others + "\n" + claim.encode();
    }

    /** A group without the claims of some sockets; {@code null} if that leaves nothing. */
    static @Nullable Object without(@Nullable Object group, Collection<Claim> gone) {
        if (group == null || gone.isEmpty()) {
            return group;
        }
        String text = (String) group;
        if (gone.size() == 1 && text.indexOf('\n') < 0) {
            return cookie(text) == gone.iterator().next().cookie() ? null : group;
        }
        Set<Long> cookies = gone.stream().map(Claim::cookie).collect(Collectors.toSet());
        List<String> left = lines(text).stream()
                .filter(line -> !cookies.contains(cookie(line)))
                .toList();
        return left.isEmpty() ? null : String.join("\n", left);
    }

    private static long cookie(String line) {
        return Long.parseLong(line, 0, line.indexOf(' '), 10);
    }

    /**
     * Completes the entry of a claim that is on its virtual port already. A socket has one claim: what it had by an earlier
     * bind, which it has lost since, must not be found any more.
     *
     * @param earlier what the socket has among those that are remapped
     * @throws IllegalStateException if there is no room; then the claim is gone from its port too
     */
    static void index(State state, @Nullable Claim earlier, Claim claim) {
        if (earlier != null && earlier.virtual() != claim.virtual()) {
            drop(state, List.of(earlier));
        }
        if (!claim.remapped()) {
            return;
        }
        try {
            state.update(REMAPPED, old -> with(old, claim));
        } catch (IllegalStateException e) {
            drop(state, List.of(claim));
            throw e;
        }
    }

    /** Keeps another claim of a socket on the same ports. */
    static void replace(State state, Claim claim) {
        state.update(key(claim.protocol(), claim.virtual()), old -> with(old, claim));
        state.update(REMAPPED, old -> claim.remapped() ? with(old, claim) : old);
    }

    /** Drops claims. */
    static void drop(State state, Collection<Claim> gone) {
        for (Claim claim : gone) {
            state.update(key(claim.protocol(), claim.virtual()), old -> without(old, List.of(claim)));
        }
        if (gone.stream().anyMatch(Claim::remapped)) {
            state.update(REMAPPED, old -> without(old, gone));
        }
    }

    /**
     * Brings what an earlier version kept to this layout.
     *
     * @throws IllegalArgumentException if it is of a later one
     */
    static Map<String, Object> migrate(int schema, Map<String, Object> old) {
        if (schema > SCHEMA) {
            throw new IllegalArgumentException("the kept ports are of schema " + schema
                    + "; this version of portmap knows no more than " + SCHEMA);
        }
        Map<String, Object> next = new HashMap<>(old);
        Map<?, ?> sockets = (Map<?, ?>) old.getOrDefault(SOCKETS, Map.of());
        next.remove(SOCKETS);
        for (Map.Entry<?, ?> entry : sockets.entrySet()) {
            Claim claim = Claim.decode(entry.getKey() + " " + entry.getValue());
            next.compute(key(claim.protocol(), claim.virtual()), (key, group) -> with(group, claim));
            if (claim.remapped()) {
                next.compute(REMAPPED, (key, group) -> with(group, claim));
            }
        }
        return next;
    }
}
