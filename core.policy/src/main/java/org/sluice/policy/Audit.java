package org.sluice.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The names in a line of the audit file, and the hash that chains lines. */
final class Audit {

    static final String SEQ = "seq";
    static final String TIME = "time";
    static final String PREV = "prev";
    static final String EVENT = "event";

    /** What the first line is chained to. */
    static final String START = "0".repeat(64);

    /** The event that follows a line that a crash cut off. */
    static final String TORN = "torn-line";

    private Audit() {}

    /** SHA-256 of a line without its newline, in hexadecimal. */
    static String hash(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }
}
