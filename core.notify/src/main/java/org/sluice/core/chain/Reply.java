package org.sluice.core.chain;

import org.sluice.notify.Verdict;

/** Takes the answer to one notification. Called exactly once, from any thread, also when everything has failed. */
@FunctionalInterface
public interface Reply {
    void answer(Notification notification, Verdict verdict);
}
