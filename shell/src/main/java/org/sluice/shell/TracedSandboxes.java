package org.sluice.shell;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.TraceFeed;
import org.sluice.core.TraceRecord;

/**
 * What is read for one {@code sluice:trace}: the calls of sandboxes that were named, or of all there are, those that start
 * meanwhile too. For one thread.
 */
final class TracedSandboxes implements AutoCloseable {

    private final SandboxFactory factory;
    private final boolean all;
    private final List<Reading> readings = new ArrayList<>();
    private long dropped;

    private record Reading(Sandbox sandbox, TraceFeed feed) {}

    /**
     * Of the sandboxes of these names, of all if there are none.
     *
     * @throws IllegalArgumentException if one does not run
     */
    TracedSandboxes(SandboxFactory factory, List<String> names) {
        this.factory = factory;
        this.all = names.isEmpty();
        List<Sandbox> found =
                names.stream().map(name -> Sandboxes.find(factory, name)).toList();
        found.forEach(this::open);
        openNew();
    }

    /** Whether records have to say which sandbox they are of. */
    boolean areSeveral() {
        return all || readings.size() > 1;
    }

    /** What came since the last time, by time; then those that have ended are read no more. */
    List<TraceRecord> next() {
        openNew();
        List<TraceRecord> records = new ArrayList<>();
        for (Iterator<Reading> left = readings.iterator(); left.hasNext(); ) {
            Reading reading = left.next();
            // Looked at first: what came before the end is still shown.
            boolean ended = reading.sandbox().end().isDone();
            records.addAll(reading.feed().next());
            if (ended) {
                close(reading);
                left.remove();
            }
        }
        // Stable: calls of one sandbox stay in the order of their numbers.
        records.sort(Comparator.comparing(TraceRecord::time));
        return records;
    }

    /** Whether nothing more can come. */
    boolean isOver() {
        return !all && readings.isEmpty();
    }

    /** How many were not read because they came too fast. */
    long dropped() {
        return dropped
                + readings.stream().mapToLong(each -> each.feed().dropped()).sum();
    }

    private void openNew() {
        if (all) {
            factory.sandboxes().forEach(this::open);
        }
    }

    private void open(Sandbox sandbox) {
        if (readings.stream().noneMatch(each -> each.sandbox() == sandbox)) {
            readings.add(new Reading(sandbox, sandbox.trace()));
        }
    }

    private void close(Reading reading) {
        dropped += reading.feed().dropped();
        reading.feed().close();
    }

    @Override
    public void close() {
        readings.forEach(this::close);
        readings.clear();
    }
}
