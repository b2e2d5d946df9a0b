package org.sluice.core;

import java.util.List;

/**
 * A handler as one sandbox sees it.
 *
 * @param name the handler's name
 * @param origin the bundle and version that it came from
 * @param stage its stage
 * @param ranking its service ranking
 * @param required whether its calls are refused while it is missing
 * @param traps the traps that reach it in this sandbox
 * @param unreachable its traps that this sandbox's filter does not deliver
 * @param calls calls so far
 * @param failures calls that it failed so far
 * @param state {@code active}, {@code standby}, {@code missing}, {@code quarantined}, {@code leaked} or {@code not used};
 *     a reason may follow in parentheses
 */
public record HandlerStatus(
        String name,
        String origin,
        String stage,
        int ranking,
        boolean required,
        List<String> traps,
        List<String> unreachable,
        long calls,
        long failures,
        String state) {}
