package org.sluice.policy;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.notify.Denial;

/**
 * The denials of one sandbox: the newest in full, and equal ones counted. Both are bounded; what does not fit is still in
 * {@link #count}. Thread-safe.
 */
public final class DenialLog {

    /** How many records and how many groups are kept. */
    public static final int KEPT = 1000;

    private final int bound;
    private final Deque<DenialRecord> records = new ArrayDeque<>();
    private final Map<Denial, Group> groups = new LinkedHashMap<>();
    private long count;
    private long ungrouped;

    /** Keeps {@link #KEPT}. */
    public DenialLog() {
        this(KEPT);
    }

    /** Keeps {@code bound} records and as many groups. */
    public DenialLog(int bound) {
        this.bound = bound;
    }

    /**
     * Equal denials.
     *
     * @param denial what they share
     * @param first the first of them
     * @param last when the last of them was
     * @param count how many
     */
    public record Group(Denial denial, DenialRecord first, Instant last, long count) {}

    /**
     * All groups at one moment.
     *
     * @param groups in the order in which they first came
     * @param count all denials
     * @param ungrouped denials that are in no group because there were too many
     */
    public record Summary(List<Group> groups, long count, long ungrouped) {

        /** Copies. */
        public Summary {
            groups = List.copyOf(groups);
        }
    }

    /** Adds one. */
    public synchronized void add(DenialRecord record) {
        count++;
        if (records.size() == bound) {
            records.removeFirst();
        }
        records.addLast(record);
        Group old = groups.get(record.denial());
        if (old != null) {
            groups.put(record.denial(), new Group(old.denial(), old.first(), record.time(), old.count() + 1));
        } else if (groups.size() < bound) {
            groups.put(record.denial(), new Group(record.denial(), record, record.time(), 1));
        } else {
            ungrouped++;
        }
    }

    /** The newest records, oldest first. */
    public synchronized List<DenialRecord> records() {
        return new ArrayList<>(records);
    }

    /** How many there were in all. */
    public synchronized long count() {
        return count;
    }

    /** The groups. */
    public synchronized Summary summary() {
        return new Summary(List.copyOf(groups.values()), count, ungrouped);
    }
}
