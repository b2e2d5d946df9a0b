package org.sluice.policy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Walks an audit file and checks each line against the one before. A line that a crash cut off is recognised by what
 * follows: nothing, or an event that says so and is chained to the piece.
 */
final class AuditScan {

    /** No line of ours is longer; a file without newlines must not fill the heap. */
    private static final int LONGEST = 1 << 20;

    private long lines;
    private long size;
    private long good;
    private long seq;
    private Instant time = Instant.MIN;
    private String hash = Audit.START;
    private final List<Long> torn = new ArrayList<>();
    private boolean pending;
    private boolean ended = true;
    private long badLine;
    private String problem = "";

    private AuditScan() {}

    static AuditScan of(Path file) throws IOException {
        AuditScan scan = new AuditScan();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            while (scan.badLine == 0 && scan.next(in)) {
                scan.size++;
            }
        }
        if (scan.pending && scan.ended) {
            // A crash leaves no newline behind.
            scan.bad(scan.lines, "is no audit event");
        }
        return scan;
    }

    /** Reads and checks one line; returns whether a newline ended it. */
    private boolean next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int b;
        while ((b = in.read()) >= 0 && b != '\n' && line.size() < LONGEST) {
            line.write(b);
        }
        size += line.size();
        if (b < 0 && line.size() == 0) {
            return false;
        }
        ended = b == '\n';
        lines++;
        if (line.size() == LONGEST) {
            bad(lines, "is longer than 1 MiB");
            return false;
        }
        check(line.toByteArray());
        return ended;
    }

    private void check(byte[] bytes) {
        Optional<AuditLine> read = AuditLine.read(bytes);
        if (read.isEmpty()) {
            if (pending) {
                bad(lines - 1, "is no audit event");
                return;
            }
            pending = true;
            torn.add(lines);
            hash = Audit.hash(bytes);
            return;
        }
        AuditLine line = read.get();
        if (pending && !line.event().equals(Audit.TORN)) {
            bad(lines - 1, "is no audit event");
            return;
        }
        pending = false;
        if (!line.prev().equals(hash)) {
            bad(lines, "is not chained to the line before: one of the two was changed, or lines were taken out");
        } else if (line.seq() != seq + 1) {
            bad(lines, "has seq " + line.seq() + " where " + (seq + 1) + " follows");
        } else if (line.time().isBefore(time)) {
            bad(lines, "is of " + line.time() + ", before " + time);
        } else {
            good++;
            seq = line.seq();
            time = line.time();
            hash = Audit.hash(bytes);
        }
    }

    private void bad(long line, String what) {
        badLine = line;
        problem = what;
        torn.remove(line);
    }

    AuditVerifier.Result result() {
        return new AuditVerifier.Result(good, badLine, problem, torn, pending);
    }

    /** The length of the file as it was read. */
    long size() {
        return size;
    }

    /** The number of the last good event. */
    long seq() {
        return seq;
    }

    /** The time of the last good event. */
    Instant time() {
        return time;
    }

    /** The hash of the last line, good or cut off. */
    String hash() {
        return hash;
    }

    /** Whether the last line was cut off. */
    boolean isTorn() {
        return pending;
    }

    /** Whether the file is empty or ends in a newline. */
    boolean isEnded() {
        return ended;
    }
}
