package org.sluice.target.net.synthetic;

import java.util.HexFormat;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;
import org.sluice.target.Attempt;

/** The files of one interface in {@code /sys/class/net} (net/core/net-sysfs.c), those that tell what it is. Stateless. */
final class LinkTexts {

    private static final HexFormat MAC = HexFormat.ofDelimiter(":");
    private static final Bytes EVERYBODY = Bytes.of(new byte[] {-1, -1, -1, -1, -1, -1});
    private static final Bytes NOBODY = Bytes.of(new byte[6]);

    /** By the number that netlink gives an operational state: RFC 2863. */
    private static final String[] STATES = {
        "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"
    };

    private LinkTexts() {}

    /** The content of a file; ENOENT for one that is not told, EINVAL for a carrier while the interface is off. */
    static Attempt<String> of(String name, VirtualLink link) {
        if (name.equals("carrier") && !link.up()) {
            return Attempt.failed(Errno.EINVAL);
        }
        String text =
                switch (name) {
                    case "address" -> MAC.formatHex(link.mac().toArray());
                    case "addr_len" -> "6";
                    case "broadcast" -> MAC.formatHex((link.traits().isLoopback() ? NOBODY : EVERYBODY).toArray());
                    case "carrier" -> "1";
                    case "flags" -> "0x" + Integer.toHexString(flags(link));
                    case "ifindex" -> Integer.toString(link.index());
                    case "iflink" -> Integer.toString(link.traits().isPair() ? link.peer() : link.index());
                    case "mtu" -> Integer.toString(link.mtu());
                    case "operstate" -> STATES[LinkMessages.operational(link)];
                    case "tx_queue_len" -> Integer.toString(link.traits().queueLength());
                    case "type" -> Integer.toString(link.traits().hardware());
                    case "uevent" -> "INTERFACE=" + link.name() + "\nIFINDEX=" + link.index();
                    default -> "";
                };
        return text.isEmpty() ? Attempt.failed(Errno.ENOENT) : Attempt.of(text + "\n");
    }

    /** Without those that the kernel adds when it is asked otherwise (dev_get_flags). */
    private static int flags(VirtualLink link) {
        return link.traits().flags() | (link.up() ? DeviceTraits.IFF_UP : 0);
    }
}
