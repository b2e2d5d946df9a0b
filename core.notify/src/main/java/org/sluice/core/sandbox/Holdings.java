package org.sluice.core.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a sandbox holds, given back in the reverse order, each whether or not another one fails. */
final class Holdings implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Holdings.class);

    private final Deque<AutoCloseable> held = new ArrayDeque<>();

    synchronized <T extends AutoCloseable> T hold(T held) {
        this.held.push(held);
        return held;
    }

    @Override
    public synchronized void close() {
        while (!held.isEmpty()) {
            try {
                held.pop().close();
            } catch (Exception e) {
                log.error("something of a sandbox was not released", e);
            }
        }
    }
}
