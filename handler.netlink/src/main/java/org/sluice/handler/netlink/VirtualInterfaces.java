package org.sluice.handler.netlink;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Handler;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Virtual network interfaces. {@code socket(AF_NETLINK, …, NETLINK_ROUTE)} gives a socket of the sandbox's private network,
 * which the kernel answers by itself from then on; requests about interfaces (netdevice(7)) are answered from the same
 * network, whatever socket they are made on. Neither changes anything there: the core opens such sockets without rights, and
 * passes messages with a destination on without it, since the kernel would judge those by the sender, who may be the owner
 * of the network. Other netlink protocols fail as on a kernel without them, unless the profile lists them.
 *
 * <p>Where there can be no private network, or none is wanted, its sockets are synthetic: the core answers what is sent on
 * them. They are not of the family that they are taken for, so that whatever names an address or tells of an option is
 * trapped too; and so is receiving without waiting, which some programs do right after the question. A question that names
 * its destination is answered while its call waits.
 */
@Component
@Handler(name = VirtualInterfaces.NAME, stage = Stage.ANSWER)
@Traps({
    VirtualInterfaces.SOCKET,
    // The whole of linux/sockios.h but its first requests, which are about the socket itself, and linux/wireless.h.
    "ioctl(cmd & 0xfffffff0 = 0x8910)",
    "ioctl(cmd & 0xffffffe0 = 0x8920)",
    "ioctl(cmd & 0xffffffc0 = 0x8940|0x8b00)",
    "ioctl(cmd & 0xffffff80 = 0x8980)",
    VirtualInterfaces.SEND_TO_ADDRESS,
    "sendmsg",
    "sendmmsg",
    "bind",
    "connect",
    "getsockname",
    "getpeername",
    "setsockopt(level=SOL_NETLINK)",
    "getsockopt(level=SOL_NETLINK)",
    "getsockopt(level=SOL_SOCKET,optname=SO_TYPE|SO_DOMAIN|SO_PROTOCOL)",
    "recvfrom(addr=0,flags&MSG_DONTWAIT)",
    "recvmsg(flags&MSG_DONTWAIT)"
})
public final class VirtualInterfaces implements SyscallHandler, InterfaceFiles {

    static final String NAME = "netlink";
    static final String SOCKET = "socket(family=AF_NETLINK)";
    static final String SEND_TO_ADDRESS = "sendto(addr!=0)";

    private static final String HOST = "host";
    private static final String SYNTHETIC = "synthetic";
    private static final String OFF = "off";

    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final int EPERM = 1;
    private static final int EOPNOTSUPP = 95;
    private static final int EAFNOSUPPORT = 97;

    /** For the component runtime. */
    public VirtualInterfaces() {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if {@code protocols} holds anything but names of protocols
     */
    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        List<String> protocols = settings.texts("protocols");
        protocols.forEach(Protocols::number);
        String mode = settings.text("mode", "");
        if (mode.equals(HOST)) {
            return protocols.isEmpty() ? List.of() : List.of(SOCKET);
        }
        return traps.stream().filter(trap -> isNeeded(trap, mode)).toList();
    }

    /** What is asked of every mode, what the kernel cannot be left with alone, and what it does not know. */
    private static boolean isNeeded(String trap, String mode) {
        if (trap.equals(SOCKET) || trap.startsWith("ioctl")) {
            return true;
        }
        boolean isSynthetic = mode.equals(SYNTHETIC);
        if (trap.equals(SEND_TO_ADDRESS)) {
            return !mode.equals(OFF);
        }
        return trap.startsWith("send") ? !mode.equals(OFF) && !isSynthetic : isSynthetic;
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        Settings settings = call.sandbox().settings(NAME);
        return switch (call.name()) {
            case "socket" -> socket(call, chain, settings);
            case "ioctl" -> request(call, chain, settings);
            case "recvfrom", "recvmsg" -> {
                if (isNetlink(call)) {
                    // What was asked is answered now; to receive it is the kernel's.
                    call.performPrivately();
                }
                yield chain.proceed(call);
            }
            default -> isNetlink(call) ? call.performPrivately() : chain.proceed(call);
        };
    }

    private static boolean isNetlink(Call call) {
        return call.socket().filter(socket -> socket.domain() == AF_NETLINK).isPresent();
    }

    private static Verdict socket(Call call, Chain chain, Settings settings) {
        String mode = settings.text("mode", "");
        int protocol = (int) call.argument("protocol");
        boolean listed = Protocols.lists(settings.texts("protocols"), protocol);
        if (mode.equals(OFF) || (protocol != NETLINK_ROUTE && !listed)) {
            return Verdict.deny(denial(mode, protocol), EAFNOSUPPORT);
        }
        return mode.equals(HOST) ? chain.proceed(call) : call.performPrivately();
    }

    private static Denial denial(String mode, int protocol) {
        String name = Protocols.name(protocol);
        String remedy = mode.equals(OFF)
                ? "--netlink kernel"
                : "\"protocols\": [\"" + name + "\"] in the profile's section netlink";
        return new Denial("net/netlink", "NETLINK_" + name.toUpperCase(java.util.Locale.ROOT), "no grant", remedy);
    }

    private static Verdict request(Call call, Chain chain, Settings settings) {
        int request = (int) call.argument("cmd");
        if (Requests.isAboutSocket(request)) {
            return chain.proceed(call);
        }
        if (Requests.isAboutWireless(request)) {
            return Verdict.failure(EOPNOTSUPP);
        }
        if (Requests.isRead(request) && !settings.text("mode", "").equals(OFF)) {
            return call.performPrivately();
        }
        return Verdict.deny(
                new Denial(
                        "net/interface",
                        "ioctl 0x" + Integer.toHexString(request),
                        Requests.isRead(request) ? "no grant" : "virtual interfaces cannot be changed",
                        Requests.isRead(request) ? "--netlink kernel" : "--netlink host"),
                EPERM);
    }
}
