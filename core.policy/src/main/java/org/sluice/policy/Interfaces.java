package org.sluice.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.target.net.Topology;

/** The virtual interfaces of a profile: what stands in {@code netlink.interfaces}. */
final class Interfaces {

    private Interfaces() {}

    /**
     * Checks one interface.
     *
     * @throws PolicyException with what is wrong
     */
    static void check(Object plain) {
        check(List.of(plain), "netlink.interfaces: ");
    }

    /**
     * The list of a section with one more.
     *
     * @param text {@code NAME=ADDRESS/LEN}
     */
    static Map<String, Object> with(SectionSettings section, String text) {
        List<Object> all = new ArrayList<>();
        if (section.values().get("interfaces") instanceof List<?> before) {
            all.addAll(before);
        }
        all.add(text);
        check(all, "--interface: ");
        return Map.of("interfaces", List.copyOf(all));
    }

    private static void check(List<?> interfaces, String where) {
        try {
            Topology.of(interfaces);
        } catch (IllegalArgumentException e) {
            throw new PolicyException(where + e.getMessage(), e);
        }
    }
}
