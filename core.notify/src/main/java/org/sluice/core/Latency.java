package org.sluice.core;

/**
 * How long a handler's own code took for a call, over all its calls in a sandbox. Worked out from counts by powers of two, so
 * a value is the truth to within a factor of two.
 *
 * @param calls how many calls were counted
 * @param p50 what half of them took at most, in nanoseconds
 * @param p99 what 99 of 100 took at most, in nanoseconds
 */
public record Latency(long calls, long p50, long p99) {

    /** From counts; element <i>i</i> counts what took less than 2<sup>i</sup> nanoseconds and not less than half of that. */
    public static Latency of(long[] counts) {
        long calls = 0;
        for (long count : counts) {
            calls += count;
        }
        return new Latency(calls, quantile(counts, calls, 0.5), quantile(counts, calls, 0.99));
    }

    /** Inside a range the calls are taken to lie evenly. */
    private static long quantile(long[] counts, long calls, double part) {
        double wanted = calls * part;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && wanted <= counts[i]) {
                double low = i == 0 ? 0 : Math.scalb(1.0, i - 1);
                double high = i == 0 ? 0 : Math.scalb(1.0, i);
                return (long) (low + (high - low) * wanted / counts[i]);
            }
            wanted -= counts[i];
        }
        return 0;
    }
}
