package org.sluice.shell;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;

/**
 * The ports of a sandbox, from what handler {@code portmap} keeps: under {@code tcp PORT} and {@code udp PORT} a text with a
 * line for each socket, which has nine fields: the socket's cookie, its cookie in the kernel's table, network namespace,
 * protocol, address in hexadecimal, {@code 6} or {@code 46}, virtual port, real port, {@code open} or {@code closed}. The
 * first version of the handler kept a map under {@code sockets}, from the first field to the others.
 *
 * @param virtual as the sandbox sees it
 * @param real as others do
 * @param protocol of IP
 * @param ip where it is bound
 */
record VirtualPorts(int virtual, int real, int protocol, Bytes ip) {

    private static final int UDP = 17;
    private static final int FIELDS = 9;

    /** The table of all ports. */
    static Table list(Map<String, Object> kept) {
        Table table = new Table("PORT", "OUTSIDE", "ADDRESS");
        ports(kept)
                .sorted(Comparator.comparingInt(VirtualPorts::virtual)
                        .thenComparingInt(VirtualPorts::protocol)
                        .thenComparing(port -> port.address()))
                .distinct()
                .forEach(port -> table.row(port.label(port.virtual), port.label(port.real), port.address()));
        return table;
    }

    private static Stream<VirtualPorts> ports(Map<String, Object> kept) {
        return kept.entrySet().stream()
                .flatMap(group -> lines(group.getKey(), group.getValue()))
                .map(line -> List.of(line.split(" ", -1)))
                .filter(field -> field.size() == FIELDS && field.get(8).equals("open"))
                .map(field -> new VirtualPorts(
                        Integer.parseInt(field.get(6)),
                        Integer.parseInt(field.get(7)),
                        Integer.parseInt(field.get(3)),
                        Bytes.of(HexFormat.of().parseHex(field.get(4)))));
    }

    private static Stream<String> lines(String key, Object group) {
        if (key.equals("sockets") && group instanceof Map<?, ?> sockets) {
            return sockets.entrySet().stream().map(socket -> socket.getKey() + " " + socket.getValue());
        }
        boolean isPort = key.startsWith("tcp ") || key.startsWith("udp ");
        return isPort && group instanceof String text ? text.lines() : Stream.empty();
    }

    private String label(int port) {
        return port + (protocol == UDP ? "/udp" : "");
    }

    private String address() {
        String text = new Inet(ip, 0).toString();
        return text.substring(0, text.lastIndexOf('!'));
    }
}
