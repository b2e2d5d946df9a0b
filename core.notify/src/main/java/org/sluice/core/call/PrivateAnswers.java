package org.sluice.core.call;

import org.sluice.notify.Verdict;

/** Performs calls in place of the machine's network, see {@code Call.performPrivately}. Thread-safe. */
interface PrivateAnswers extends AutoCloseable {

    /** The flags that socket(2) takes beside the type. */
    int SOCK_CLOEXEC = 0x80000;

    int SOCK_NONBLOCK = 0x800;
    int SOCK_TYPE_MASK = 0xf;

    /** Performs a call; EPERM for one of which nothing is private. */
    Verdict perform(ReceivedCall call);

    @Override
    void close();
}
