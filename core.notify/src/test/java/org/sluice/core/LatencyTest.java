package org.sluice.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LatencyTest {

    @Test
    void nothingIsZero() {
        assertEquals(new Latency(0, 0, 0), Latency.of(new long[36]));
    }

    @Test
    void liesInTheRangeOfTheCallThatIsMeant() {
        long[] counts = new long[36];
        counts[13] = 98; // 4096 to 8191 ns
        counts[20] = 2; // 524288 to 1048575 ns
        Latency latency = Latency.of(counts);
        assertEquals(100, latency.calls());
        assertEquals(4096 + 4096 * 50 / 98, latency.p50());
        assertEquals(524_288 + 524_288 / 2, latency.p99());
    }
}
