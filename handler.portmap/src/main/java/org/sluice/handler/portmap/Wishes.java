package org.sluice.handler.portmap;

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

    /** Whether a trap serves these wishes. */
    boolean need(String trap) {
        if (trap.startsWith("send")) {
            return enabled && udp;
        }
        boolean tellsSource = trap.startsWith("accept") || trap.startsWith("recv");
        return enabled && (peers || !tellsSource);
    }
}
