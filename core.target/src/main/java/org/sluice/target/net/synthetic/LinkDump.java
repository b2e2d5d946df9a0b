package org.sluice.target.net.synthetic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dump of all interfaces tells, made when it is first asked for: it is the commonest request, and the interfaces that
 * it is made of never change. Whoever gets the messages only reads them. Thread-safe.
 */
final class LinkDump {

    private final List<VirtualLink> links;
    private volatile @Nullable List<byte[]> full;
    private volatile @Nullable List<byte[]> brief;

    LinkDump(List<VirtualLink> links) {
        this.links = links;
    }

    /**
     * RTM_NEWLINK of each interface.
     *
     * @param counters whether IPv6's counters are told too
     */
    List<byte[]> messages(boolean counters) {
        List<byte[]> known = counters ? full : brief;
        if (known == null) {
            known = links.stream()
                    .map(link -> LinkMessages.full(link, counters))
                    .toList();
            if (counters) {
                full = known;
            } else {
                brief = known;
            }
        }
        return known;
    }
}
