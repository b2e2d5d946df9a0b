package org.sluice.handler.portmap;

import java.util.Iterator;
import java.util.LinkedHashSet;

/**
 * Sockets of one sandbox that may have a port without having asked for it: connect(2) and sends give one to a socket that
 * was not bound. So a bind that fails because of one of them is known to have met a neighbour in its own sandbox, where it
 * fails as it does natively.
 *
 * <p>Bounded; what was forgotten counts as a stranger's, and the bind gets another port. Thread-safe.
 */
final class Insiders {

    private static final int MOST = 4096;

    private final LinkedHashSet<Long> cookies = new LinkedHashSet<>();

    /** Notes a socket. */
    synchronized void add(long cookie) {
        if (cookies.add(cookie) && cookies.size() > MOST) {
            Iterator<Long> oldest = cookies.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    synchronized boolean contains(long cookie) {
        return cookies.contains(cookie);
    }
}
