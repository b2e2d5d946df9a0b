package org.sluice.core.call;

import org.sluice.core.chain.Notification;
import org.sluice.notify.Denial;

/** Takes down what was denied. Thread-safe. */
public interface Recorder {

    /** A call was refused with {@code errno}. */
    void denied(Notification call, int errno, Denial denial);
}
