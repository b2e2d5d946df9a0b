package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Rules;
import org.sluice.notify.Socket;

/**
 * The rules of one sandbox in three layers: profile and flags, learned, administrator.
 *
 * <p>The last match in the administrator's layer decides; if there is none, the last match in the profile; if there is
 * none, a learned rule whose socket still exists; else the profile's default. So what was learned overrides a default and
 * never an explicit deny. All layers are one immutable snapshot, replaced as a whole: a decision sees one moment. The
 * common decision allocates nothing.
 *
 * <p>Thread-safe.
 */
public final class RuleSet implements Rules {

    /** How many learned rules are kept. */
    public static final int LEARNED = 4096;

    private final Learned learned;
    private volatile Layers layers;
    private volatile boolean locked;

    /**
     * The rules of a profile.
     *
     * @param profile expanded with {@link Profile#expand}
     * @param liveness tells whether the socket of a learned rule still exists
     */
    public RuleSet(Profile profile, Liveness liveness) {
        this(profile, liveness, LEARNED);
    }

    /** With a bound of its own for learned rules. */
    public RuleSet(Profile profile, Liveness liveness, int learnedBound) {
        this.layers = Layers.of(profile);
        this.learned = new Learned(liveness, learnedBound);
    }

    @Override
    public Decision decide(String operation, Address address) {
        int code = Entry.operation(operation);
        if (code == 0) {
            throw new IllegalArgumentException("operation '" + operation + "' is none of " + RuleText.OPERATIONS);
        }
        Layers now = layers;
        Entry entry = Layers.last(now.administrator(), code, address);
        if (entry != null) {
            return entry.rule().allow() ? entry.allowed() : Denials.byAdministrator(entry, operation, address);
        }
        entry = Layers.last(now.profile(), code, address);
        if (entry != null) {
            return entry.rule().allow() ? entry.allowed() : Denials.byRule(entry, operation, address, now.mode());
        }
        if (now.defaults().allows(code, address)) {
            // Before the learned rules, which could say no more, and of which each has to be asked whether its socket
            // lives.
            return now.defaults().allowed(code);
        }
        entry = learned.first(code, address);
        return entry != null
                ? entry.allowed()
                : Denials.byDefault(operation, address, now.grantsConnect(code, address), now.mode());
    }

    /** {@inheritDoc} Works in a locked sandbox too. A rule that denies or cannot be read is not learned, and logged. */
    @Override
    public void learn(Rule rule, Socket owner) {
        learned.add(rule, SocketId.of(owner));
    }

    /**
     * Adds a rule at the end of the administrator's layer; an equal one there moves to the end.
     *
     * @param source who added it, for messages, such as {@code shell}
     * @throws PolicyException if the pattern cannot be read or the sandbox is locked
     */
    public void administer(Rule rule, String source) {
        Entry entry = new Entry(rule, source);
        change(old -> {
            List<Entry> entries = old.administratorWithout(rule);
            entries.add(entry);
            return old.withAdministrator(entries);
        });
    }

    /**
     * Takes a rule out of the administrator's layer.
     *
     * @return whether it was there
     * @throws PolicyException if the sandbox is locked
     */
    public synchronized boolean revoke(Rule rule) {
        int before = layers.administrator().size();
        change(old -> old.withAdministrator(old.administratorWithout(rule)));
        return layers.administrator().size() < before;
    }

    /**
     * Replaces the profile's layer.
     *
     * @throws PolicyException if a rule cannot be read or the sandbox is locked
     */
    public void reload(Profile profile) {
        Layers fresh = Layers.of(profile);
        change(old -> fresh.withAdministrator(old.administrator()));
    }

    /** Refuses every change from now on, for good; learning goes on. */
    public synchronized void lock() {
        locked = true;
    }

    /** Whether {@link #lock} was called. */
    public boolean isLocked() {
        return locked;
    }

    /** What holds where no rule matches, in one line for people. */
    public String defaults() {
        return layers.defaults().describe();
    }

    /** All rules, layer after layer, in the order in which they stand there. */
    public List<Line> lines() {
        Layers now = layers;
        List<Line> lines = new ArrayList<>();
        add(lines, "profile", now.profile());
        add(lines, "learned", learned.oldestFirst());
        add(lines, "administrator", now.administrator());
        return lines;
    }

    /**
     * A rule in force.
     *
     * @param layer {@code profile}, {@code learned} or {@code administrator}
     * @param rule the rule
     * @param source where it came from
     */
    public record Line(String layer, Rule rule, String source) {}

    private static void add(List<Line> lines, String layer, List<Entry> entries) {
        for (Entry entry : entries) {
            lines.add(new Line(layer, entry.rule(), entry.source()));
        }
    }

    private synchronized void change(UnaryOperator<Layers> change) {
        if (locked) {
            throw new PolicyException("the rules are locked; start the sandbox anew to change them");
        }
        layers = change.apply(layers);
    }
}
