package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Errno;
import org.sluice.linux.SysException;
import org.sluice.target.net.Link;
import org.sluice.target.net.LinkKind;
import org.sluice.target.net.Topology;

/**
 * All interfaces of a sandbox at one time, and the routes that they bring. Immutable; a change makes another one.
 *
 * @param links in the order of their numbers
 * @param routes what they bring
 * @param dump what is told of all of them
 * @param next the number of the next interface; numbers do not come again
 */
record Interfaces(List<VirtualLink> links, RouteTables routes, LinkDump dump, int next) {

    private static final int FIRST = 1;

    /** None at all. */
    static final Interfaces NONE = new Interfaces(List.of(), FIRST);

    private Interfaces(List<VirtualLink> links, int next) {
        this(List.copyOf(links), RouteTables.of(links), new LinkDump(List.copyOf(links)), next);
    }

    static Interfaces of(Topology topology) {
        Interfaces all = NONE;
        for (Link link : topology.links()) {
            all = all.with(link);
        }
        return all;
    }

    /** With one more, or with {@code lo} as described. */
    Interfaces with(Link link) {
        List<VirtualLink> all = new ArrayList<>(links);
        if (link.kind() == LinkKind.LOOPBACK) {
            all.removeIf(each -> each.index() == FIRST);
            all.add(0, VirtualLink.of(link, FIRST, 0));
            return new Interfaces(all, Math.max(next, FIRST + 1));
        }
        if (find(link.name()).isPresent()) {
            throw new SysException("interface " + link.name() + ": making it", Errno.EEXIST);
        }
        // The other halves are numbered in a namespace of their own, after its loopback device.
        all.add(VirtualLink.of(link, next, next));
        return new Interfaces(all, next + 1);
    }

    /** Without one. */
    Interfaces without(String name) {
        VirtualLink link = get(name);
        if (link.traits().isLoopback()) {
            throw new SysException("interface " + name + ": removing it", Errno.EOPNOTSUPP);
        }
        return new Interfaces(
                links.stream().filter(each -> each.index() != link.index()).toList(), next);
    }

    /** With one switched on or off. */
    Interfaces with(String name, boolean up) {
        VirtualLink link = get(name);
        return new Interfaces(
                links.stream()
                        .map(each -> each.index() == link.index() ? each.switched(up) : each)
                        .toList(),
                next);
    }

    private VirtualLink get(String name) {
        return find(name).orElseThrow(() -> new SysException("interface " + name, Errno.ENODEV));
    }

    Optional<VirtualLink> find(String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }

    Optional<VirtualLink> find(int index) {
        return links.stream().filter(link -> link.index() == index).findFirst();
    }
}
