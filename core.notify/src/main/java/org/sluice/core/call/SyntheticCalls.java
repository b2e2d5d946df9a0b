package org.sluice.core.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;
import org.sluice.target.Attempt;
import org.sluice.target.Pidfds;
import org.sluice.target.net.synthetic.SyntheticNetwork;
import org.sluice.target.net.synthetic.SyntheticSocket;

/**
 * Performs calls on interfaces that are nowhere but in what is told of them. To the kernel their netlink sockets are of
 * another family, so that what it would tell of them, or do with their addresses, is answered here as netlink(7) has it:
 * net/netlink/af_netlink.c. Thread-safe.
 */
final class SyntheticCalls implements PrivateAnswers {

    private static final int AF_NETLINK = 16;
    private static final int AF_UNSPEC = 0;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int KNOWN_PROTOCOLS = 32;

    /** struct sockaddr_nl without its family. */
    private static final int DATA = 10;

    private static final int PORT = 2;
    private static final int GROUPS = 6;

    private static final int SOL_SOCKET = (int) KernelConstants.host().get("SOL_SOCKET");
    private static final int SO_TYPE = (int) KernelConstants.host().get("SO_TYPE");
    private static final int SO_DOMAIN = (int) KernelConstants.host().get("SO_DOMAIN");
    private static final int SOL_NETLINK = (int) KernelConstants.host().get("SOL_NETLINK");

    private static final int LEVEL = 1;
    private static final int OPTION = 2;
    private static final int VALUE = 3;
    private static final int LENGTH = 4;

    private final SyntheticNetwork network;
    private final Pidfds pidfds;
    private final SendCall sends;

    SyntheticCalls(SyntheticNetwork network, Hands hands) {
        this.network = network;
        this.pidfds = hands.pidfds();
        this.sends = new SendtoCall(hands);
    }

    @Override
    public Verdict perform(ReceivedCall call) {
        if (call.number() == Nr.SOCKET) {
            return socket(call);
        }
        if (call.number() == Nr.IOCTL) {
            return device(call);
        }
        return network.find(call.pinned().identity())
                .map(socket -> perform(call, socket))
                .orElse(Verdict.failure(Errno.EPERM));
    }

    private Verdict perform(ReceivedCall call, SyntheticSocket socket) {
        int number = call.number();
        if (number == Nr.BIND) {
            return bind(call, socket);
        }
        if (number == Nr.CONNECT) {
            return connect(call, socket);
        }
        if (number == Nr.GETSOCKNAME) {
            return named(network.port(socket, () -> pid(call)), socket.groups());
        }
        if (number == Nr.GETPEERNAME) {
            return named(0, 0);
        }
        if (number == Nr.SENDTO) {
            return send(call, socket);
        }
        if (number == Nr.RECVFROM || number == Nr.RECVMSG) {
            // Of the kernel's sockets the answer is there when the question has been sent.
            network.settle(socket);
            return Verdict.value(0);
        }
        if (number == Nr.SETSOCKOPT) {
            return set(call, socket);
        }
        return number == Nr.GETSOCKOPT ? get(call, socket) : Verdict.failure(Errno.EPERM);
    }

    /** socket(2): family, type with flags, protocol. */
    private Verdict socket(ReceivedCall call) {
        int type = (int) call.argument(1);
        int kind = type & SOCK_TYPE_MASK;
        int protocol = (int) call.argument(2);
        if ((type & ~(SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK)) != 0) {
            return Verdict.failure(Errno.EINVAL);
        }
        if ((int) call.argument(0) != AF_NETLINK) {
            return Verdict.failure(Errno.EAFNOSUPPORT);
        }
        if (kind != SOCK_RAW && kind != SOCK_DGRAM) {
            return Verdict.failure(Errno.ESOCKTNOSUPPORT);
        }
        if (protocol != NETLINK_ROUTE) {
            return Verdict.failure(
                    protocol < 0 || protocol >= KNOWN_PROTOCOLS ? Errno.EPROTONOSUPPORT : Errno.EAFNOSUPPORT);
        }
        Attempt<Integer> opened = network.open(kind, (type & SOCK_NONBLOCK) != 0, pid(call));
        if (!opened.succeeded()) {
            return Verdict.failure(opened.errno());
        }
        // The call's from here on: it is closed when the call has been answered, whatever becomes of the verdict.
        call.gives(opened.get());
        return Verdict.handing(new Verdict.Handed(opened.get(), (type & SOCK_CLOEXEC) != 0));
    }

    private Verdict device(ReceivedCall call) {
        if (call.data().isEmpty()) {
            return Verdict.failure(Errno.EPERM);
        }
        int request = (int) call.argument(1);
        Block structure = Block.of(call.data().get().toArray());
        if (request == DeviceCalls.SIOCGIFCONF) {
            return list(call, structure);
        }
        int result = network.ask(call.pinned().domain(), request, structure);
        if (result < 0) {
            return Verdict.failure(-result);
        }
        call.reply(new DeviceCalls.Reply(structure, structure.size(), null, 0, 0));
        return Verdict.value(result);
    }

    /** struct ifconf: how much room there is, and where; without a place, how much would be needed is asked. */
    private Verdict list(ReceivedCall call, Block structure) {
        byte[] all = network.addresses();
        int offered = structure.getInt(0);
        long place = structure.getLong(8);
        if (place != 0 && offered < 0) {
            return Verdict.failure(Errno.EINVAL);
        }
        int fitting = Math.min(offered / DeviceCalls.IFREQ * DeviceCalls.IFREQ, all.length);
        int length = place == 0 ? all.length : fitting;
        structure.putInt(0, length);
        boolean filled = place != 0 && length > 0;
        call.reply(new DeviceCalls.Reply(
                structure, structure.size(), filled ? Block.of(all) : null, place, filled ? length : 0));
        return Verdict.value(0);
    }

    private int pid(ReceivedCall call) {
        int leader = pidfds.leader(call.tid());
        return leader > 0 ? leader : call.tid();
    }

    /**
     * sendto(2) with an address. The call is here already, so it is answered here: another thread would have to be woken for
     * it, and the target by that one.
     */
    private Verdict send(ReceivedCall call, SyntheticSocket socket) {
        int errno = call.message().netlinkErrno();
        if (errno != 0) {
            return Verdict.failure(errno);
        }
        byte[] datagram =
                call.message().plain(SyntheticNetwork.LONGEST_ANSWERED).orElse(null);
        if (datagram == null) {
            return sends.performToKernel(call);
        }
        int result = network.answer(socket, datagram);
        return result < 0 ? Verdict.failure(-result) : Verdict.value(result);
    }

    private Verdict bind(ReceivedCall call, SyntheticSocket socket) {
        ByteBuffer address = address(call, AF_NETLINK);
        if (address == null) {
            return Verdict.failure(Errno.EINVAL);
        }
        int wanted = address.getInt(PORT);
        boolean takesAny = wanted == 0 && socket.port() == 0;
        int result = socket.bind(wanted, address.getInt(GROUPS), takesAny ? pid(call) : 0);
        return result < 0 ? Verdict.failure(-result) : named(socket.port(), socket.groups());
    }

    private Verdict connect(ReceivedCall call, SyntheticSocket socket) {
        if (call.address().map(Address::family).orElse(AF_UNSPEC) == AF_UNSPEC) {
            return Verdict.value(0);
        }
        ByteBuffer address = address(call, AF_NETLINK);
        if (address == null) {
            return Verdict.failure(Errno.EINVAL);
        }
        if (address.getInt(PORT) != 0 || address.getInt(GROUPS) != 0) {
            return Verdict.failure(Errno.EPERM);
        }
        socket.autobind(pid(call));
        return Verdict.value(0);
    }

    /** The address that was given, if it is one of the family and long enough, without the family; else {@code null}. */
    private static @Nullable ByteBuffer address(ReceivedCall call, int family) {
        return call.address()
                .filter(given -> given.family() == family)
                .map(given -> ((Address.Other) given).data())
                .filter(data -> data.length() >= DATA)
                .map(data -> ByteBuffer.wrap(data.toArray()).order(ByteOrder.nativeOrder()))
                .orElse(null);
    }

    private static Verdict named(int port, int groups) {
        byte[] data = new byte[DATA];
        ByteBuffer.wrap(data).order(ByteOrder.nativeOrder()).putInt(PORT, port).putInt(GROUPS, groups);
        return Verdict.value(0).withAddress(new Address.Other(AF_NETLINK, Bytes.of(data)));
    }

    private static Verdict set(ReceivedCall call, SyntheticSocket socket) {
        if ((int) call.argument(LEVEL) != SOL_NETLINK) {
            return Verdict.failure(Errno.ENOPROTOOPT);
        }
        Bytes value = call.data().orElse(Bytes.of());
        int number =
                value.length() < Integer.BYTES ? 0 : Block.of(value.toArray()).getInt(0);
        int result = socket.set((int) call.argument(OPTION), number);
        return result < 0 ? Verdict.failure(-result) : Verdict.value(0);
    }

    private static Verdict get(ReceivedCall call, SyntheticSocket socket) {
        int option = (int) call.argument(OPTION);
        int room = call.nameCapacity();
        if ((int) call.argument(LEVEL) == SOL_SOCKET) {
            int value = option == SO_TYPE ? socket.type() : option == SO_DOMAIN ? AF_NETLINK : NETLINK_ROUTE;
            return told(words(value), Math.min(room, Integer.BYTES), Math.min(room, Integer.BYTES));
        }
        int[] value = socket.get(option);
        if (value == null) {
            return Verdict.failure(Errno.ENOPROTOOPT);
        }
        byte[] words = words(value);
        if (SyntheticSocket.isList(option)) {
            return told(words, Math.min(room & -Integer.BYTES, words.length), words.length);
        }
        return room < Integer.BYTES ? Verdict.failure(Errno.EINVAL) : told(words, words.length, words.length);
    }

    private static Verdict told(byte[] words, int written, int length) {
        Verdict verdict = Verdict.value(0).writing(LENGTH, Bytes.of(words(length)));
        return written == 0 ? verdict : verdict.writing(VALUE, Bytes.of(words, 0, written));
    }

    private static byte[] words(int... values) {
        Block block = Block.allocate(values.length * Integer.BYTES);
        for (int i = 0; i < values.length; i++) {
            block.putInt(i * Integer.BYTES, values[i]);
        }
        return block.get(0, block.size());
    }

    /** The network is the sandbox's. */
    @Override
    public void close() {
        // Nothing of its own.
    }
}
