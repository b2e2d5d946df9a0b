package org.sluice.handler.portmap;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.sluice.handler.portmap.FakeKernel.Phase;
import org.sluice.handler.portmap.FakeKernel.Sock;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;

/**
 * Runs scenarios such as
 *
 * <pre>
 * out web  bind 127.0.0.1!80 -> 127.0.0.1!80
 * in  mine bind 127.0.0.1!80 -> 127.0.0.1!80
 * in  mine real              -> 127.0.0.1!40001
 * </pre>
 *
 * {@code in} and {@code in2} are sandboxes, {@code out} is outside of any. A socket is made when it is first named; one
 * with a 6 in its name is of IPv6.
 */
final class Script {

    private final FakeKernel kernel = new FakeKernel();
    private final Map<String, Box> boxes = Map.of("in", new Box(kernel), "in2", new Box(kernel));
    private final Map<String, Sock> socks = new HashMap<>();

    /** Runs the lines; gives them back with what really came out behind the arrow. */
    String run(String scenario) {
        StringBuilder actual = new StringBuilder();
        for (String line : scenario.strip().split("\n", -1)) {
            String[] halves = line.split("->", 2);
            String[] words = halves[0].strip().split(" +", -1);
            String result = step(words[0], words[1], words[2], List.of(words).subList(3, words.length));
            actual.append(halves[0].stripTrailing())
                    .append(result.isEmpty() ? "" : " -> " + result)
                    .append('\n');
        }
        return actual.toString();
    }

    private String step(String where, String name, String verb, List<String> rest) {
        Sock sock = socks.computeIfAbsent(where + name, key -> open(name, verb));
        switch (verb) {
            case "bind",
                    "connect",
                    "getsockname",
                    "getpeername",
                    "sendto",
                    "sendmsg",
                    "sendmmsg",
                    "accept",
                    "accept4",
                    "recvfrom" -> {
                return call(where, verb, sock, rest);
            }
            case "listen" -> {
                return text(
                        where.equals("out")
                                ? kernel.listen(sock)
                                : box(where).call(verb, sock, wildcard(sock)).errno());
            }
            case "real" -> {
                return sock.local.orElseThrow().toString();
            }
            case "accepts" -> socks.put(where + rest.get(0), kernel.accept(sock, inet(rest.get(1)), inet(rest.get(2))));
            case "peer" -> sock.peer = Optional.of(inet(rest.get(0)));
            case "close" -> sock.phase = Phase.CLOSED;
            case "linger" -> sock.phase = Phase.TIME_WAIT;
            case "reuse-address" -> sock.reuseAddress = true;
            case "reuse-port" -> sock.reusePort = true;
            case "port-at-connect" -> sock.portAtConnect = true;
            case "v6-only" -> sock.v6Only = true;
            case "namespace" -> sock.namespace = Long.parseLong(rest.get(0));
            case "publish" -> box(where).settings.put("publish", List.of(rest.get(0)));
            case "swap" -> box(where).swap();
            case "told" -> {
                List<String> told = box(where).told;
                String all = String.join(" | ", told);
                told.clear();
                return all.isEmpty() ? "nothing" : all;
            }
            case "mptcp", "datagram" -> {}
            default -> throw new IllegalArgumentException(verb);
        }
        return "";
    }

    private Box box(String where) {
        return Objects.requireNonNull(boxes.get(where), where);
    }

    private Sock open(String name, String verb) {
        int domain = name.contains("6") ? 10 : 2;
        return switch (verb) {
            case "mptcp" -> kernel.socket(domain, 1, 262);
            case "datagram" -> kernel.socket(domain, 2, 17);
            default -> kernel.socket(domain, 1, 6);
        };
    }

    private String call(String where, String verb, Sock sock, List<String> rest) {
        Optional<Address> address = rest.isEmpty() ? Optional.empty() : Optional.of(address(rest.get(0)));
        if (where.equals("out")) {
            int errno = kernel.bind(sock, (Inet) address.orElseThrow(), false);
            return errno == 0 ? sock.local.orElseThrow().toString() : text(errno);
        }
        Verdict verdict = box(where).call(verb, sock, address);
        return verdict.succeeded() ? verdict.address().orElseThrow().toString() : text(verdict.errno());
    }

    /** What listen(2) on a socket that is not bound binds it to. */
    private static Optional<Address> wildcard(Sock sock) {
        return sock.local.isPresent() ? Optional.empty() : Optional.of(inet(sock.domain() == 2 ? "0.0.0.0!0" : "::!0"));
    }

    private static String text(int errno) {
        return switch (errno) {
            case 0 -> "0";
            case FakeKernel.EADDRINUSE -> "EADDRINUSE";
            case FakeKernel.EINVAL -> "EINVAL";
            default -> throw new IllegalArgumentException("errno " + errno);
        };
    }

    private static Address address(String text) {
        if (text.startsWith("unspec!")) {
            int port = Integer.parseInt(text.substring(7));
            return new Address.Other(0, Bytes.of(new byte[] {(byte) (port >> 8), (byte) port, 0, 0, 0, 0}));
        }
        return inet(text);
    }

    /** {@code mapped:} before an IPv4 address makes it ::ffff:…, which Java itself would undo. */
    static Inet inet(String text) {
        String plain = text.replace("mapped:", "");
        int mark = plain.indexOf('!');
        int port = Integer.parseInt(plain.substring(mark + 1));
        try {
            byte[] ip = InetAddress.getByName(plain.substring(0, mark)).getAddress();
            if (text.startsWith("mapped:")) {
                byte[] wide = new byte[16];
                wide[10] = wide[11] = -1;
                System.arraycopy(ip, 0, wide, 12, 4);
                ip = wide;
            }
            return new Inet(Bytes.of(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
