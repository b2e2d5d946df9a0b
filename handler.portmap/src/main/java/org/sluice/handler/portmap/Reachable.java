package org.sluice.handler.portmap;

import org.sluice.notify.Address.Inet;

/** A bound address as a person would type it into a client. */
final class Reachable {

    private Reachable() {}

    /** {@code 127.0.0.1:80} or {@code [::1]:80}; a wildcard is reached by loopback. */
    static String at(Inet bound) {
        Inet plain = bound.unmapped();
        if (plain.ip().length() == 4) {
            return (plain.isWildcard() ? "127.0.0.1" : host(plain)) + ":" + plain.port();
        }
        return "[" + (plain.isWildcard() ? "::1" : host(plain)) + "]:" + plain.port();
    }

    private static String host(Inet address) {
        String text = address.toString();
        return text.substring(0, text.lastIndexOf('!'));
    }
}
