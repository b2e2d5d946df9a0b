package org.sluice.target.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.Attempt;
import org.sluice.target.stub.Performer;
import org.sluice.target.stub.Steps;

/**
 * A network namespace that only descriptors keep: no process lives in it. A disposable child is born in it (clone(2) with
 * CLONE_NEWNET), opens it and a routing socket with which this process furnishes it, and ends. What a target is given is
 * opened by further children that enter it, <b>drop all capabilities</b> and only then call socket(2), because rtnetlink
 * asks for the rights of whoever opened a socket.
 *
 * <p>Who may make network namespaces in its own user namespace (root) gets one that belongs there; anybody else gets one
 * with a new user namespace around it (user_namespaces(7)). That one belongs to the user, who is the targets' user too, and
 * then there is a second way to rights: <b>a message with a destination</b> (sendto(2) with an address) is judged by its
 * sender alone, and the owner of a user namespace has every capability in it. So where {@link #isOwnedByUser}, messages
 * with a destination and device ioctls of targets must not reach such a socket unseen.
 *
 * <p>Thread-safe; {@link #close} only when nobody opens sockets any more.
 */
public final class NetworkNamespace implements VirtualNetwork {

    private static final long CLONE_NEWUSER = 0x10000000L;
    private static final long CLONE_NEWNET = 0x40000000L;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SO_NETNS_COOKIE = 71;
    private static final int SOL_SOCKET = 1;

    private final Optional<Descriptor> user;
    private final Descriptor net;
    private final LinkSetup links;
    private final long cookie;

    private NetworkNamespace(Optional<Descriptor> user, Descriptor net, LinkSetup links) {
        this.user = user;
        this.net = net;
        this.links = links;
        this.cookie = cookieOf(links.fd());
    }

    /**
     * Makes a namespace that has nothing but a {@code lo} that is switched off.
     *
     * @return or why it cannot be: EPERM where user namespaces are forbidden, ENOSPC where there are too many, EINVAL
     *     where the kernel has none
     */
    public static Attempt<NetworkNamespace> make() {
        Attempt<NetworkNamespace> plain = make(CLONE_NEWNET);
        return plain.succeeded() ? plain : make(CLONE_NEWUSER | CLONE_NEWNET);
    }

    private static Attempt<NetworkNamespace> make(long namespaces) {
        List<Steps.Step> opened = new ArrayList<>();
        long failed = Performer.perform(namespaces, (steps, exit) -> {
            if ((namespaces & CLONE_NEWUSER) != 0) {
                opened.add(open(steps, exit, "/proc/self/ns/user"));
            }
            opened.add(open(steps, exit, "/proc/self/ns/net"));
            opened.add(routeSocket(steps, exit));
            steps.call(Nr.UNSHARE, CLONE_NEWNET).onError(exit);
            opened.add(open(steps, exit, "/proc/self/ns/net"));
            opened.add(routeSocket(steps, exit));
            return () -> firstFailure(opened);
        });
        List<Descriptor> got = new ArrayList<>();
        for (Steps.Step step : opened) {
            if (step.result() > 0) {
                got.add(new Descriptor((int) step.result()));
            }
        }
        int first = (namespaces & CLONE_NEWUSER) != 0 ? 1 : 0;
        if (got.size() < first + 4) {
            got.forEach(Descriptor::close);
            // The one that fails without a descriptor of its own is the second unshare.
            return Attempt.failed(failed < 0 ? (int) -failed : Errno.EPERM);
        }
        LinkSetup links = new LinkSetup(
                new RouteSocket(got.get(first + 1)), got.get(first + 2), new RouteSocket(got.get(first + 3)));
        return Attempt.of(
                new NetworkNamespace(first == 1 ? Optional.of(got.get(0)) : Optional.empty(), got.get(first), links));
    }

    private static Steps.Step routeSocket(Steps steps, Steps.Step exit) {
        return steps.call(Nr.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)
                .onError(exit);
    }

    private static Steps.Step open(Steps steps, Steps.Step exit, String path) {
        long name = steps.keep(Block.cString(path.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        return steps.call(Nr.OPENAT, AT_FDCWD, name, O_CLOEXEC).onError(exit);
    }

    private static long firstFailure(List<Steps.Step> steps) {
        for (Steps.Step step : steps) {
            if (step.result() < 0) {
                return step.result();
            }
        }
        return 0;
    }

    private static long cookieOf(int fd) {
        Block word = Block.allocate(16).putInt(8, 8);
        long result = word.with(at -> Linux.call(Nr.GETSOCKOPT, fd, SOL_SOCKET, SO_NETNS_COOKIE, at, at + 8, 0));
        return result < 0 ? 0 : word.getLong(0);
    }

    @Override
    public void furnish(Topology topology) {
        topology.links().forEach(links::add);
    }

    @Override
    public void add(Link link) {
        links.add(link);
    }

    @Override
    public void remove(String name) {
        links.remove(name);
    }

    @Override
    public void set(String name, boolean up) {
        links.set(name, up);
    }

    @Override
    public List<LinkState> states() {
        return links.states();
    }

    /** Whether the user of this process is the owner, who has every capability there. */
    public boolean isOwnedByUser() {
        return user.isPresent();
    }

    /** The kernel's name for it (SO_NETNS_COOKIE), which its sockets tell; 0 before Linux 5.14. */
    public long cookie() {
        return cookie;
    }

    /**
     * Opens a socket in it, without any capability there.
     *
     * @param type with its flags; the descriptor is close-on-exec in any case
     * @return the descriptor, for the caller to close, or the negative errno of socket(2)
     */
    public int open(int domain, int type, int protocol) {
        return open(domain, type, protocol, 1)[0];
    }

    /** Opens several alike in one child; each result is a descriptor or a negative errno. */
    int[] open(int domain, int type, int protocol, int count) {
        List<Steps.Step> entry = new ArrayList<>();
        List<Steps.Step> sockets = new ArrayList<>();
        long failed = Performer.perform(0, (steps, exit) -> {
            enter(steps, exit, entry);
            for (int i = 0; i < count; i++) {
                sockets.add(steps.call(Nr.SOCKET, domain, type | SOCK_CLOEXEC, protocol));
            }
            return () -> firstFailure(entry);
        });
        if (failed < 0) {
            throw new SysException("entering a private network", (int) -failed);
        }
        return sockets.stream().mapToInt(step -> (int) step.result()).toArray();
    }

    /**
     * Starts a process that lives in it, for the files that the kernel shows to those who do.
     *
     * @return or why there can be none
     */
    public Attempt<Resident> resident() {
        return Resident.start((steps, exit) -> join(steps, exit, new ArrayList<>()));
    }

    private void enter(Steps steps, Steps.Step exit, List<Steps.Step> entry) {
        join(steps, exit, entry);
        entry.add(steps.call(Nr.CAPSET, steps.keep(CapabilitySets.header()), steps.keep(CapabilitySets.none()))
                .onError(exit));
    }

    private void join(Steps steps, Steps.Step exit, List<Steps.Step> entry) {
        if (user.isPresent()) {
            entry.add(steps.call(Nr.SETNS, user.get().fd(), CLONE_NEWUSER).onError(exit));
        } else {
            // A thread that acts for targets has put its capabilities aside, and its child must take them up to enter.
            entry.add(steps.call(
                            Nr.CAPSET, steps.keep(CapabilitySets.header()), steps.keep(CapabilitySets.allPermitted()))
                    .onError(exit));
        }
        entry.add(steps.call(Nr.SETNS, net.fd(), CLONE_NEWNET).onError(exit));
    }

    @Override
    public void close() {
        links.close();
        net.close();
        user.ifPresent(Descriptor::close);
    }
}
