package org.sluice.policy;

import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.Socket;

/** The rules of one sandbox in three layers: profile, learned, administrator. Thread-safe. */
public final class RuleSet implements Rules {

    @Override
    public Decision decide(String operation, Address address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void learn(Rule rule, Socket owner) {
        throw new UnsupportedOperationException();
    }
}
