package org.sluice.core.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sluice.core.chain.SandboxChain;
import org.sluice.notify.Settings;
import org.sluice.policy.Profile;

/**
 * A profile that takes another's place in a running sandbox. A seccomp filter cannot be widened, a Landlock domain not be
 * changed, and what was built from a section at the start is not built anew; all that stays as it was, and is named.
 */
final class Reload {

    /** What is built from their sections at the start: rules of a mode, interfaces, the broker, files of processes. */
    private static final Set<String> FIXED = Set.of("connect", "netlink", "openat", "procfs");

    private static final String TIME = "time";

    private final Profile before;
    private final Profile asked;
    private final Profile effective;
    private final List<String> kept = new ArrayList<>();

    private Reload(Profile before, Profile asked) {
        this.before = before;
        this.asked = asked;
        this.effective = new Profile(
                asked.name(),
                before.files(),
                asked.defaults(),
                asked.rules(),
                asked.sources(),
                sections(),
                before.required(),
                before.reserve(),
                before.datagram(),
                before.capabilities(),
                asked.environment(),
                asked.limits(),
                before.virtualFiles());
    }

    /** Works out what changes; {@code before} is in force, both have their variables replaced. */
    static Reload of(Profile before, Profile asked) {
        Reload reload = new Reload(before, asked);
        reload.compare();
        return reload;
    }

    private Map<String, Settings> sections() {
        Map<String, Settings> sections = new LinkedHashMap<>();
        before.handlers().forEach((name, section) -> {
            Settings fresh = asked.handlers().get(name);
            sections.put(name, fresh == null || FIXED.contains(name) ? section : fresh);
        });
        return sections;
    }

    private void compare() {
        keep("files (Landlock)", before.files(), asked.files());
        keep("reserve (the filter)", before.reserve(), asked.reserve());
        keep("datagram (the filter)", before.datagram(), asked.datagram());
        keep("virtualFiles (the filter)", before.virtualFiles(), asked.virtualFiles());
        keep("capabilities", before.capabilities(), asked.capabilities());
        keep("required", before.required(), asked.required());
        keep("limits.time", before.limits().get(TIME), asked.limits().get(TIME));
        Set<String> names = new TreeSet<>(before.handlers().keySet());
        names.addAll(asked.handlers().keySet());
        for (String name : names) {
            boolean was = before.handlers().containsKey(name);
            boolean is = asked.handlers().containsKey(name);
            if (was != is) {
                kept.add("handlers: " + name
                        + (is ? " takes no part yet (the filter)" : " still takes part (the filter)"));
            } else if (FIXED.contains(name)) {
                keep(
                        "section " + name,
                        before.settings(name).values(),
                        asked.settings(name).values());
            }
        }
    }

    private void keep(String what, @Nullable Object was, @Nullable Object is) {
        if (!Objects.equals(was, is)) {
            kept.add(what);
        }
    }

    /** What will be in force. */
    Profile effective() {
        return effective;
    }

    /**
     * Tells the handlers of their sections.
     *
     * @return all that the profile says and is not in force
     */
    List<String> apply(SandboxChain chain) {
        Map<String, Settings> fresh = SandboxSettings.all(effective);
        fresh.forEach((name, section) -> {
            boolean changed = !before.settings(name)
                    .values()
                    .equals(effective.settings(name).values());
            if (changed) {
                kept.addAll(chain.reconfigure(name, section));
            }
        });
        return List.copyOf(kept);
    }
}
