package org.sluice.target.net.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.net.NetworkNamespace;

/** Asks on a routing socket, the kernel's or another, and takes all that comes. */
final class Asker implements AutoCloseable {

    private static final int SOCK_RAW = 3;
    private static final int AF_NETLINK = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;
    private static final int SOL_NETLINK = 270;
    private static final int CREATOR = 4711;
    private static final int FIONREAD = 0x541b;
    private static final int SIOCOUTQ = 0x5411;

    private static final int NOOP = 1;
    private static final int SENTINEL = 0x5eed;
    private static final int ROOM = 1 << 16;

    private final Descriptor socket;
    private final Block in = Block.allocate(ROOM);

    private final @Nullable SyntheticSocket keeper;

    /** For a socket, which is taken over; and who keeps its options, if the kernel does not know them. */
    Asker(int fd, @Nullable SyntheticSocket keeper) {
        this.socket = new Descriptor(fd);
        this.keeper = keeper;
    }

    /** A new socket of a synthetic network. */
    static Asker of(SyntheticNetwork network) {
        int fd = network.open(SOCK_RAW, false, CREATOR).get();
        return new Asker(fd, network.find(cookie(fd)).orElseThrow());
    }

    static long cookie(int fd) {
        Block cookie = Block.allocate(16).putInt(8, 8);
        cookie.with(at -> Linux.call(Nr.GETSOCKOPT, fd, SOL_SOCKET, SO_COOKIE, at, at + 8, 0));
        return cookie.getLong(0);
    }

    /** A new socket of a namespace. */
    static Asker of(NetworkNamespace network) {
        return new Asker(network.open(AF_NETLINK, SOCK_RAW, 0), null);
    }

    int fd() {
        return socket.fd();
    }

    /** This side of a synthetic socket. */
    SyntheticSocket keeper() {
        return Objects.requireNonNull(keeper);
    }

    /** Sends a datagram; what send(2) returns. */
    long send(byte[] datagram) {
        Block out = Block.of(datagram);
        return out.with(at -> Linux.call(Nr.SENDTO, fd(), at, datagram.length, 0, 0, 0));
    }

    /** The next datagram, cut at {@code room} bytes. */
    byte[] receive(int room) {
        long length = in.with(at -> Linux.call(Nr.RECVFROM, fd(), at, room, 0, 0, 0));
        return in.get(0, (int) SysException.check("recv", length));
    }

    /** How many bytes the next datagram has; 0 if there is none. */
    int waiting() {
        Block count = Block.allocate(4);
        SysException.check("FIONREAD", count.with(at -> Linux.call(Nr.IOCTL, fd(), FIONREAD, at)));
        return count.getInt(0);
    }

    /** Takes what there is, until nothing that was asked is left; hands it to {@code each}. */
    void drain(Consumer<byte[]> each) {
        Block count = Block.allocate(4);
        while (true) {
            SysException.check("SIOCOUTQ", count.with(at -> Linux.call(Nr.IOCTL, fd(), SIOCOUTQ, at)));
            // In this order: what is not sent any more is being answered, and what is answered has come.
            boolean idle = count.getInt(0) == 0 && !keeper().isDumping();
            if (waiting() > 0) {
                each.accept(receive(ROOM));
            } else if (idle) {
                return;
            }
        }
    }

    /** All answers to a datagram, as text: up to that to a message which follows it, and to the end of a dump. */
    List<String> ask(byte[] datagram) {
        List<String> told = new ArrayList<>();
        long sent = send(datagram);
        if (sent < 0) {
            return List.of("send " + sent);
        }
        SysException.check("send", send(sentinel()));
        boolean last = false;
        boolean dumping = false;
        while (!last || dumping) {
            byte[] answer = receive(ROOM);
            for (String each : Told.of(answer, answer.length)) {
                if (each.contains(" seq " + SENTINEL + " ")) {
                    last = true;
                } else {
                    told.add(each);
                }
            }
            dumping = dumping(answer, dumping);
        }
        return told;
    }

    private static boolean dumping(byte[] answer, boolean before) {
        boolean dumping = before;
        java.nio.ByteBuffer view = java.nio.ByteBuffer.wrap(answer).order(java.nio.ByteOrder.nativeOrder());
        for (int at = 0; at + Nlmsg.SIZE <= answer.length; at += Nlmsg.align(view.getInt(at))) {
            if ((view.getShort(at + Nlmsg.FLAGS) & Nlmsg.MULTI) != 0) {
                dumping = view.getShort(at + Nlmsg.TYPE) != Nlmsg.DONE;
            }
        }
        return dumping;
    }

    private static byte[] sentinel() {
        return Asking.of(NOOP, Nlmsg.REQUEST | Nlmsg.ACK, SENTINEL).finish();
    }

    /** setsockopt(2) at SOL_NETLINK. */
    void set(int option, int value) {
        if (keeper != null) {
            SysException.check("setsockopt", keeper.set(option, value));
            return;
        }
        Block word = Block.allocate(4).putInt(0, value);
        SysException.check(
                "setsockopt", word.with(at -> Linux.call(Nr.SETSOCKOPT, fd(), SOL_NETLINK, option, at, 4, 0)));
    }

    @Override
    public void close() {
        socket.close();
    }
}
