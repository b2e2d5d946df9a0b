package org.sluice.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Medians, and numbers that programs print. */
final class Numbers {

    private Numbers() {}

    static List<Double> parse(String lines) {
        return lines.lines()
                .filter(line -> !line.isBlank())
                .map(Double::valueOf)
                .toList();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The least, the median and the greatest, for people. */
    static String spread(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format("%.2f .. %.2f .. %.2f", sorted.get(0), median(values), sorted.get(sorted.size() - 1));
    }

    /** Runs a command without a sandbox and returns the numbers that it prints. */
    static List<Double> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException(String.join(" ", command) + " ended with " + status);
        }
        return parse(output);
    }
}
