package org.sluice.policy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Checks that an audit file has no gap, no change and no step back in time. */
public final class AuditVerifier {

    private AuditVerifier() {}

    /**
     * What a file holds.
     *
     * @param good how many events are right, up to the first bad line
     * @param badLine the first line that was tampered with, counted from 1; 0 if there is none
     * @param problem what is wrong with it
     * @param torn lines that a crash cut off and that the chain accounts for
     * @param endsTorn whether the last line is one of them
     */
    public record Result(long good, long badLine, String problem, List<Long> torn, boolean endsTorn) {

        /** Copies. */
        public Result {
            torn = List.copyOf(torn);
        }

        /** Whether nothing was changed. A line that a crash cut off is no change. */
        public boolean intact() {
            return badLine == 0;
        }

        /** A line for people. */
        public String text() {
            StringBuilder text = new StringBuilder();
            if (badLine != 0) {
                text.append("line ").append(badLine).append(' ').append(problem);
                text.append("; ").append(events()).append(" before it");
                text.append(good == 1 ? " is good" : " are good");
            } else {
                text.append(events()).append(good == 1 ? " is good" : ", all good");
            }
            for (long line : torn) {
                boolean last = endsTorn && line == torn.get(torn.size() - 1);
                text.append("; line ").append(line).append(" was cut off when the supervisor ended");
                text.append(last ? ", its event is lost" : ", and the file went on after it");
            }
            return text.toString();
        }

        private String events() {
            return good == 1 ? "1 event" : good + " events";
        }
    }

    /**
     * Checks a file.
     *
     * @throws IOException if it cannot be read
     */
    public static Result verify(Path file) throws IOException {
        return AuditScan.of(file).result();
    }
}
