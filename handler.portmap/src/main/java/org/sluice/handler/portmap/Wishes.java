package org.sluice.handler.portmap;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.notify.Settings;

/**
 * What the section {@code portmap} of a profile wants.
 *
 * @param enabled whether anything is mapped
 * @param udp whether UDP is mapped too, which needs that its sends are mediated
 * @param peers whether the sources that accept(2) and recvfrom(2) report are translated
 */
record Wishes(boolean enabled, boolean udp, boolean peers) {

    private static final int LAST_PORT = 0xffff;

    /**
     * Reads the section.
     *
     * @throws IllegalArgumentException if {@code publish} holds anything but ports
     */
    static Wishes of(Settings settings) {
        for (String port : settings.texts("publish")) {
            if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > LAST_PORT) {
                throw new IllegalArgumentException(
                        "portmap.publish: '" + port + "' is not a port; write a number from 1 to 65535");
            }
        }
        return new Wishes(settings.flag("enabled", true), mapsUdp(settings), settings.flag("peers", false));
    }

    /** Whether UDP is mapped: what is sent must be seen, or it would go to whoever really has the port. */
    static boolean mapsUdp(Settings settings) {
        return settings.datagram().equals("rules") && settings.flag("udp", true);
    }

    /** The traps that serve these wishes, each as narrow as it may be. */
    List<String> narrow(List<String> traps) {
        return enabled ? traps.stream().flatMap(this::narrow).toList() : List.of();
    }

    private Stream<String> narrow(String trap) {
        if (trap.startsWith("send")) {
            return Stream.of(udp ? trap : connecting(trap));
        }
        boolean tellsSource = trap.startsWith("accept") || trap.startsWith("recv");
        return peers || !tellsSource ? Stream.of(trap) : Stream.of();
    }

    /** Where UDP is not mapped, only sends that connect a TCP socket name an address that is (tcp(7), MSG_FASTOPEN). */
    private static String connecting(String send) {
        String open = send.endsWith(")") ? send.substring(0, send.length() - 1) + "," : send + "(";
        return open + "flags&MSG_FASTOPEN)";
    }
}
