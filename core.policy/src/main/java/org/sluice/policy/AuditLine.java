package org.sluice.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.policy.json.JsonReader;
import org.sluice.policy.json.Node;

/** What the chain needs to know of a line. */
record AuditLine(long seq, Instant time, String prev, String event) {

    /** Reads a line without its newline; empty if it is none of ours, or cut off. */
    static Optional<AuditLine> read(byte[] line) {
        try {
            if (JsonReader.read(line) instanceof Node.Obj object
                    && value(object, Audit.SEQ) instanceof Node.Whole seq
                    && value(object, Audit.TIME) instanceof Node.Text time
                    && value(object, Audit.PREV) instanceof Node.Text prev
                    && value(object, Audit.EVENT) instanceof Node.Text event) {
                return Optional.of(
                        new AuditLine(seq.value(), Instant.parse(time.value()), prev.value(), event.value()));
            }
            return Optional.empty();
        } catch (JsonReader.Malformed | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Node value(Node.Obj object, String key) {
        Node.Member member = object.members().get(key);
        return member == null ? null : member.value();
    }
}
