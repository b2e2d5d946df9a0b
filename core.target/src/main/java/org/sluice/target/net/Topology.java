package org.sluice.target.net;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Bytes;

/**
 * The interfaces of a private network, in the order of their numbers. {@code lo} is always there and the first.
 *
 * @param links the interfaces
 */
public record Topology(List<Link> links) {

    /** The name of the loopback interface. */
    public static final String LOOPBACK = "lo";

    /** The keys of one interface in a profile. */
    public static final Set<String> KEYS = Set.of("name", "kind", "mtu", "mac", "up", "addresses", "routes", "gateway");

    /** Puts {@code lo} first. */
    public Topology {
        List<Link> all = new ArrayList<>();
        List<Link> others = new ArrayList<>();
        for (Link link : links) {
            (link.name().equals(LOOPBACK) ? all : others).add(link);
        }
        if (all.isEmpty()) {
            all.add(new Link(LOOPBACK, LinkKind.LOOPBACK, 0, Optional.empty(), true, List.of(), List.of()));
        }
        all.addAll(others);
        links = List.copyOf(all);
    }

    /** {@code lo} alone. */
    public static Topology loopback() {
        return new Topology(List.of());
    }

    /**
     * Reads what stands in a profile.
     *
     * @param interfaces texts such as {@code eth0=10.1.2.3/24}, or maps with {@link #KEYS}
     * @throws IllegalArgumentException with a clause that names the interface and what is wrong with it
     */
    public static Topology of(List<?> interfaces) {
        List<Link> links = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object each : interfaces) {
            Link link = each instanceof Map<?, ?> map ? link(map) : brief(String.valueOf(each));
            if (!names.add(link.name())) {
                throw new IllegalArgumentException("interface " + link.name() + " is there twice");
            }
            links.add(link);
        }
        return new Topology(links);
    }

    /**
     * Reads {@code NAME=ADDRESS/LEN}; further addresses may follow after commas.
     *
     * @throws IllegalArgumentException with a clause that says what is wrong
     */
    public static Link brief(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("'" + text + "' is no interface; write eth0=10.1.2.3/24");
        }
        String name = name(text.substring(0, equals));
        List<LinkAddress> addresses = new ArrayList<>();
        for (String address : text.substring(equals + 1).split(",", -1)) {
            addresses.add(LinkAddress.of(address));
        }
        return new Link(name, kind(name), 0, Optional.empty(), true, addresses, List.of());
    }

    private static Link link(Map<?, ?> map) {
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                throw new IllegalArgumentException("an interface has no '" + key + "'; it has "
                        + String.join(", ", KEYS.stream().sorted().toList()));
            }
        }
        if (!(map.get("name") instanceof String given)) {
            throw new IllegalArgumentException("an interface needs its 'name'");
        }
        String name = name(given);
        LinkKind kind = text(map, "kind").map(LinkKind::of).orElseGet(() -> kind(name));
        if (name.equals(LOOPBACK) != (kind == LinkKind.LOOPBACK)) {
            throw new IllegalArgumentException("interface " + name + ": lo alone is of kind loopback");
        }
        List<LinkRoute> routes = new ArrayList<>();
        for (String route : texts(map, "routes")) {
            routes.add(LinkRoute.of(route));
        }
        text(map, "gateway").map(LinkRoute::defaultVia).ifPresent(routes::add);
        return new Link(
                name,
                kind,
                number(map, name),
                text(map, "mac").map(Topology::mac),
                flag(map, name),
                texts(map, "addresses").stream().map(LinkAddress::of).toList(),
                routes);
    }

    private static LinkKind kind(String name) {
        return name.equals(LOOPBACK) ? LinkKind.LOOPBACK : LinkKind.ETHERNET;
    }

    /** As dev_valid_name in net/core/dev.c, and nothing that a terminal would act on. */
    private static String name(String name) {
        boolean valid = name.matches("[!-~&&[^/:%]]{1,15}") && !name.equals(".") && !name.equals("..");
        if (!valid) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no interface's name; use up to 15 characters as in eth0");
        }
        return name;
    }

    private static Optional<String> text(Map<?, ?> map, String key) {
        return map.containsKey(key) ? Optional.of(String.valueOf(map.get(key))) : Optional.empty();
    }

    private static int number(Map<?, ?> map, String name) {
        Object value = map.get("mtu");
        if (value == null) {
            return 0;
        }
        if (value instanceof Long mtu && mtu >= 68 && mtu <= 65536) {
            return mtu.intValue();
        }
        throw new IllegalArgumentException("interface " + name + ": mtu " + value + " is not between 68 and 65536");
    }

    private static boolean flag(Map<?, ?> map, String name) {
        Object value = map.get("up");
        if (value == null || value instanceof Boolean) {
            return value == null || (Boolean) value;
        }
        throw new IllegalArgumentException("interface " + name + ": up is true or false, not " + value);
    }

    private static List<String> texts(Map<?, ?> map, String key) {
        Object value = map.get(key);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
    }

    private static Bytes mac(String text) {
        if (!text.matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")) {
            throw new IllegalArgumentException("'" + text + "' is no MAC address; write 02:00:00:00:00:01");
        }
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) Integer.parseInt(text.substring(3 * i, 3 * i + 2), 16);
        }
        if ((bytes[0] & 1) != 0) {
            throw new IllegalArgumentException("MAC address " + text + " is a group's; make its first byte even");
        }
        return Bytes.of(bytes);
    }
}
