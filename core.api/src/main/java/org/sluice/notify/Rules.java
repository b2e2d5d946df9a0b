package org.sluice.notify;

import org.osgi.annotation.versioning.ProviderType;

/** The rules of one sandbox. Thread-safe; a decision sees the rules as they were at one moment. */
@ProviderType
public interface Rules {

    /**
     * Decides one operation.
     *
     * @param operation {@link Rule#CONNECT}, {@link Rule#BIND} or {@link Rule#SEND}
     * @param address the canonical address
     */
    Decision decide(String operation, Address address);

    /**
     * Learns a rule for as long as a socket lives. An equal rule that was learned before moves to the front.
     *
     * @param owner the socket whose end takes the rule away
     */
    void learn(Rule rule, Socket owner);

    /**
     * What the rules say.
     *
     * @param allowed whether the operation may go on
     * @param explicit whether a rule said so, not the profile's default
     * @param reason the rule that decided, or why nothing allowed it
     * @param remedy the flag that would allow it; empty where it is allowed
     */
    record Decision(boolean allowed, boolean explicit, String reason, String remedy) {}
}
