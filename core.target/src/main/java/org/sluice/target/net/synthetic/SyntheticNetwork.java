package org.sluice.target.net.synthetic;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;
import org.sluice.target.Attempt;
import org.sluice.target.PinnedSocket;
import org.sluice.target.net.Link;
import org.sluice.target.net.LinkAddress;
import org.sluice.target.net.LinkState;
import org.sluice.target.net.Topology;
import org.sluice.target.net.VirtualNetwork;

/**
 * Interfaces that are nowhere but in what is told of them: for machines that allow no private network. Thread-safe;
 * {@link #close} only when nobody opens sockets any more.
 */
public final class SyntheticNetwork implements VirtualNetwork {

    private static final int AF_UNIX = 1;
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;
    private static final int F_SETFL = 4;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;

    /** No socket has so small a buffer for sending that it would refuse this many bytes. */
    public static final int LONGEST_ANSWERED = 4096;

    private final String name;
    private final PortIds ports = new PortIds();
    private final Wire wire = new Wire(Attendant.LONGEST + Wire.DATAGRAM);
    private volatile Interfaces interfaces = Interfaces.NONE;
    private volatile @Nullable Attendant attendant;

    /** For a sandbox of that name; has no interfaces yet. */
    public SyntheticNetwork(String name) {
        this.name = name;
    }

    @Override
    public void furnish(Topology topology) {
        change(before -> Interfaces.of(topology));
    }

    @Override
    public void add(Link link) {
        change(before -> before.with(link));
    }

    @Override
    public void remove(String interfaceName) {
        change(before -> before.without(interfaceName));
    }

    @Override
    public void set(String interfaceName, boolean up) {
        change(before -> before.with(interfaceName, up));
    }

    private synchronized void change(UnaryOperator<Interfaces> change) {
        Interfaces before = interfaces;
        interfaces = change.apply(before);
        Attendant serving = attendant;
        if (serving != null) {
            Changes.tell(before, interfaces, serving.sockets());
        }
    }

    @Override
    public List<LinkState> states() {
        return interfaces.links().stream().map(SyntheticNetwork::state).toList();
    }

    private static LinkState state(VirtualLink link) {
        return new LinkState(
                link.index(),
                link.name(),
                link.up(),
                LinkMessages.operational(link),
                link.traits().type(),
                link.mtu(),
                link.mac(),
                link.addresses().stream()
                        .map(address -> LinkAddress.text(address.ip(), address.prefix()))
                        .toList());
    }

    /**
     * Opens a routing socket.
     *
     * @param type SOCK_RAW or SOCK_DGRAM
     * @param pid the process that asks for it
     * @return its descriptor, close-on-exec, for the caller to close; or ENFILE if there are too many, or an errno of what
     *     it takes to make one
     */
    public Attempt<Integer> open(int type, boolean nonBlocking, int pid) {
        Attempt<Descriptor> given = attendant().give(type, pid);
        if (!given.succeeded()) {
            return Attempt.failed(given.errno());
        }
        int fd = given.get().fd();
        if (nonBlocking) {
            Linux.call(Nr.FCNTL, fd, F_SETFL, O_RDWR | O_NONBLOCK);
        }
        return Attempt.of(fd);
    }

    private Attempt<ReadySockets.Ready> make() {
        Attempt<NamedPair> made = NamedPair.make(false);
        if (!made.succeeded()) {
            return Attempt.failed(made.errno());
        }
        NamedPair pair = made.get();
        Block cookie = Block.allocate(16).putInt(8, 8);
        cookie.with(at -> Linux.call(Nr.GETSOCKOPT, pair.far().fd(), SOL_SOCKET, SO_COOKIE, at, at + 8, 0));
        SyntheticSocket socket = new SyntheticSocket(pair.near(), cookie.getLong(0), 0, 0, ports, wire);
        return Attempt.of(new ReadySockets.Ready(socket, pair.far()));
    }

    private Attendant attendant() {
        Attendant serving = attendant;
        if (serving == null) {
            synchronized (this) {
                serving = attendant;
                if (serving == null) {
                    serving = new Attendant(name, () -> interfaces, this::make);
                    attendant = serving;
                }
            }
        }
        return serving;
    }

    /** How many sockets lie ready to be opened. */
    int readySize() {
        Attendant serving = attendant;
        return serving == null ? 0 : serving.readySize();
    }

    private boolean hasSockets() {
        Attendant serving = attendant;
        return serving != null && serving.size() > 0;
    }

    /** The socket of which a target has the end with this cookie. */
    public Optional<SyntheticSocket> find(long cookie) {
        Attendant serving = attendant;
        return serving == null ? Optional.empty() : serving.find(cookie);
    }

    /** Shows a target's socket as what it stands for, if it is one of these. */
    public void recognise(PinnedSocket socket) {
        if (socket.domain() == AF_UNIX && hasSockets()) {
            find(socket.identity()).ifPresent(own -> socket.standFor(AF_NETLINK, own.type(), NETLINK_ROUTE));
        }
    }

    /**
     * The port of a socket, which its first message brings it; 0 as long as it has none.
     *
     * @param pid the process that asks; asked for only if the port is to be its number
     */
    public int port(SyntheticSocket socket, IntSupplier pid) {
        synchronized (socket) {
            if (socket.port() == 0 && socket.asked() > 0) {
                socket.autobind(pid.getAsInt());
            }
            return socket.port();
        }
    }

    /**
     * Answers a datagram of a target on the calling thread, as if it had come on its socket.
     *
     * @param datagram no longer than {@link #LONGEST_ANSWERED}
     * @return how long it is, or -EPIPE if the socket is over
     */
    public int answer(SyntheticSocket socket, byte[] datagram) {
        Attendant serving = attendant;
        return serving == null ? -Errno.EPIPE : serving.answer(socket, datagram);
    }

    /** Answers what a socket has been sent so far, before anything else happens on it. */
    public void settle(SyntheticSocket socket) {
        Attendant serving = attendant;
        if (serving != null) {
            serving.settle(socket);
        }
    }

    /**
     * Answers a request of netdevice(7) that only reads.
     *
     * @param family of the socket that it is made on
     * @param structure struct ifreq, which gets the answer
     * @return 0 or a negative errno
     */
    public int ask(int family, int request, Block structure) {
        return DeviceRequests.answer(interfaces, family, request, structure);
    }

    /** The addresses as SIOCGIFCONF lists them: some struct ifreq. */
    public byte[] addresses() {
        return DeviceRequests.addresses(interfaces);
    }

    /**
     * What the kernel would write into a file of {@code /proc/net} (proc_pid_net(5)).
     *
     * @param name below that directory
     * @return or EACCES for what is not told
     */
    public Attempt<Bytes> networkFile(String name) {
        return NetworkTexts.of(name, interfaces)
                .map(text -> Attempt.of(Bytes.utf8(text)))
                .orElse(Attempt.failed(Errno.EACCES));
    }

    /**
     * What the kernel would write into a file of {@code /sys/class/net}.
     *
     * @param link the name of an interface
     * @param name below its directory
     * @return or ENOENT where there is no such interface, or nothing of that name is told of it; EINVAL for what cannot be
     *     read of one that is off
     */
    public Attempt<Bytes> linkFile(String link, String name) {
        Attempt<String> text =
                interfaces.find(link).map(found -> LinkTexts.of(name, found)).orElse(Attempt.failed(Errno.ENOENT));
        return text.succeeded() ? Attempt.of(Bytes.utf8(text.get())) : Attempt.failed(text.errno());
    }

    @Override
    public void close() {
        Attendant serving = attendant;
        if (serving != null) {
            serving.close();
        }
    }
}
