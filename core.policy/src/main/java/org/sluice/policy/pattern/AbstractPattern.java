package org.sluice.policy.pattern;

import org.sluice.notify.Bytes;

/** Names in the abstract namespace, a glob behind an {@code @}. */
final class AbstractPattern implements AddressPattern {

    private final Glob glob;

    private AbstractPattern(Glob glob) {
        this.glob = glob;
    }

    static AbstractPattern parse(String text) throws PatternException {
        if (text.length() == 1) {
            throw new PatternException("no name follows the @; every abstract name is @**", 1);
        }
        return new AbstractPattern(Glob.compile(text, 1));
    }

    @Override
    public boolean matchesAbstract(Bytes name) {
        return glob.matches(name);
    }
}
