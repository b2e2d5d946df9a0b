package org.sluice.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sluice.notify.Bytes;

/**
 * How a target's environment is made from the supervisor's.
 *
 * @param inherit whether everything is passed on; else only what {@code pass} names
 * @param pass variables passed on where {@code inherit} is false
 * @param set variables with their values, stronger than what was passed on
 * @param unset variables taken out at the end
 */
public record Environment(boolean inherit, List<String> pass, Map<String, String> set, List<String> unset) {

    /** The supervisor's environment as it is. */
    public static final Environment INHERITED = new Environment(true, List.of(), Map.of(), List.of());

    /** Copies; orders are kept. */
    public Environment {
        pass = List.copyOf(pass);
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
        unset = List.copyOf(unset);
    }

    /** The target's environment. */
    public Map<Bytes, Bytes> apply(Map<Bytes, Bytes> supervisors) {
        Map<Bytes, Bytes> made = new LinkedHashMap<>();
        for (Map.Entry<Bytes, Bytes> variable : supervisors.entrySet()) {
            if (inherit || pass.contains(variable.getKey().decode())) {
                made.put(variable.getKey(), variable.getValue());
            }
        }
        for (Map.Entry<String, String> variable : set.entrySet()) {
            made.put(Bytes.utf8(variable.getKey()), Bytes.utf8(variable.getValue()));
        }
        for (String name : unset) {
            made.remove(Bytes.utf8(name));
        }
        return made;
    }

    /** With a variable set; it is no longer unset. */
    Environment withSet(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(set);
        more.put(name, value);
        return new Environment(inherit, pass, more, without(unset, name));
    }

    /** With a variable passed on from the supervisor's environment. */
    Environment withPass(String name) {
        List<String> more = without(pass, name);
        more.add(name);
        return new Environment(inherit, more, set, without(unset, name));
    }

    /** With a variable taken out. */
    Environment withUnset(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(set);
        fewer.remove(name);
        List<String> more = without(unset, name);
        more.add(name);
        return new Environment(inherit, without(pass, name), fewer, more);
    }

    Environment withInherit(boolean all) {
        return new Environment(all, pass, set, unset);
    }

    private static List<String> without(List<String> names, String name) {
        List<String> left = new ArrayList<>(names);
        left.remove(name);
        return left;
    }
}
