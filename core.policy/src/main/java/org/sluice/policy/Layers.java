package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Rule;
import org.sluice.notify.Settings;

/** The layers that people write, at one moment. Immutable; walked by index, which allocates nothing. */
record Layers(ConnectMode mode, DefaultRules defaults, List<Entry> profile, List<Entry> administrator) {

    Layers {
        profile = List.copyOf(profile);
        administrator = List.copyOf(administrator);
    }

    static Layers of(Profile profile) {
        Settings settings = profile.settings(ConnectMode.HANDLER);
        ConnectMode mode = ConnectMode.of(settings);
        List<Rule> rules = profile.rules();
        List<Entry> entries = mode.entries(settings);
        for (int i = 0; i < rules.size(); i++) {
            if (mode != ConnectMode.UNIX_ONLY || !RuleText.isIp(rules.get(i))) {
                entries.add(new Entry(rules.get(i), profile.sources().get(i)));
            }
        }
        return new Layers(mode, new DefaultRules(profile, mode), entries, List.of());
    }

    Layers withAdministrator(List<Entry> entries) {
        return new Layers(mode, defaults, profile, entries);
    }

    /** A changeable copy of the administrator's layer without one rule. */
    List<Entry> administratorWithout(Rule rule) {
        List<Entry> entries = new ArrayList<>(administrator);
        entries.removeIf(entry -> entry.rule().equals(rule));
        return entries;
    }

    /** Whether a bind that nothing grants is to an address that a rule lets the sandbox connect to. */
    boolean grantsConnect(int operation, Address address) {
        if (operation != Entry.BIND) {
            return false;
        }
        Entry entry = last(profile, Entry.CONNECT, address);
        return entry != null && entry.rule().allow();
    }

    static @Nullable Entry last(List<Entry> entries, int operation, Address address) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.matches(operation, address)) {
                return entry;
            }
        }
        return null;
    }
}
