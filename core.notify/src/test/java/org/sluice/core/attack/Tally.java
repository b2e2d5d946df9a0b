package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/**
 * What a racing attacker counted: the line that it prints at its end.
 *
 * @param mode how it attacked
 * @param breaches tries in which it got what is forbidden
 * @param allowed tries that were answered as for what is allowed
 * @param denied tries that were denied
 * @param other tries with any other answer, which no mode expects
 * @param raced tries in which its second thread came between
 * @param errno the last of {@code other}
 */
record Tally(String mode, long breaches, long allowed, long denied, long other, long raced, long errno) {

    /** How often an attacker tries. */
    static final long TRIES = Long.getLong("sluice.attack.tries", 10_000);

    static Tally of(String mode, Arena.Result result) {
        assertEquals(0, result.status(), mode);
        return of(mode, result.output());
    }

    /** Of the line itself. */
    static Tally of(String mode, String output) {
        long[] counts = Arrays.stream(output.strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        assertEquals(6, counts.length, output);
        Tally tally = new Tally(mode, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
        System.out.println(tally);
        return tally;
    }

    /**
     * No try succeeded, and they were tries: both answers came, and the second thread came between often. How often each
     * comes is up to the scheduler; that they do is not.
     */
    void holds() {
        assertEquals(0, breaches, this::toString);
        assertEquals(0, other, this::toString);
        assertTrue(allowed > 0 && denied > 0, this::toString);
        assertTrue(raced >= TRIES / 1000, this::toString);
    }

    /** As above, and no try was lost. */
    void holdsForEachTry() {
        holds();
        assertEquals(TRIES, allowed + denied, this::toString);
    }

    @Override
    public String toString() {
        return mode + ": breaches " + breaches + ", allowed " + allowed + ", denied " + denied + ", other " + other
                + " (last errno " + errno + "), raced " + raced + " of " + TRIES;
    }
}
