package org.sluice.target.net;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an interface is. Kernels are built with some types and without others, so that one kind may have several. */
public enum LinkKind {
    /** {@code lo}, which every network namespace has. */
    LOOPBACK(""),
    /** One that looks like a network card; of the first type that this kernel has. */
    ETHERNET("veth dummy bridge ifb"),
    /** Half of a pair (veth(4)); the other half is out of sight. */
    VETH("veth"),
    /** One that drops what it is given. */
    DUMMY("dummy"),
    /** A bridge without ports, which has no carrier. */
    BRIDGE("bridge"),
    /** An intermediate functional block. */
    IFB("ifb");

    /** Separated by spaces. */
    private final String types;

    LinkKind(String types) {
        this.types = types;
    }

    /** The kernel's names (IFLA_INFO_KIND), in the order in which they are tried. */
    List<String> types() {
        return List.of(types.split(" ", -1));
    }

    static LinkKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no kind of interface; there are "
                        + Arrays.stream(values()).map(LinkKind::word).collect(Collectors.joining(", "))));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
