package org.sluice.target.net.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Feeds the parser of requests anything, and looks at every byte that comes back. A target for Jazzer, which looks for a
 * method of this name; {@code bench/scripts/fuzz-netlink.sh} runs it, and {@link RequestFuzzTest} a short while.
 */
public final class RequestFuzzer {

    private static final int SOCK_RAW = 3;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EXT_ACK = 11;
    private static final int STRICT = 12;
    private static final int CAP_ACK = 10;
    private static final int ROOM = Attendant.LONGEST + Wire.DATAGRAM;
    private static final int MOST_ERRNO = 4095;

    /** By the type of message: the length of the body. */
    private static final Map<Integer, Integer> BODIES = Map.of(
            Rtnetlink.NEWLINK,
            16,
            Rtnetlink.NEWADDR,
            8,
            Rtnetlink.NEWROUTE,
            12,
            Rtnetlink.NEWRULE,
            12,
            Rtnetlink.NEWNETCONF,
            4);

    private static final Interfaces INTERFACES = Interfaces.of(LikeKernelTest.TOPOLOGY);
    private static final NamedPair PAIR = NamedPair.make(true).get();
    private static final Block IN = Block.allocate(ROOM);
    private static final SyntheticSocket SOCKET =
            new SyntheticSocket(PAIR.near(), 1, SOCK_RAW, 4711, new PortIds(), new Wire(ROOM));

    private RequestFuzzer() {}

    /**
     * Answers one datagram; its first byte says what the socket asked for.
     *
     * @throws IllegalStateException if an answer is not well-formed
     */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        SOCKET.set(EXT_ACK, input[0] & 1);
        SOCKET.set(STRICT, input[0] & 2);
        SOCKET.set(CAP_ACK, input[0] & 4);
        Responder.answer(Arrays.copyOfRange(input, 1, input.length), SOCKET, INTERFACES);
        do {
            drain();
        } while (SOCKET.proceed() || SOCKET.isDumping());
        drain();
    }

    private static void drain() {
        while (true) {
            long length = IN.with(at -> Linux.call(Nr.RECVFROM, PAIR.far().fd(), at, ROOM, MSG_DONTWAIT, 0, 0));
            if (length <= 0) {
                return;
            }
            check(IN.get(0, (int) length));
        }
    }

    /** Throws unless a datagram is messages from end to end, and they attributes. */
    static void check(byte[] datagram) {
        check(datagram, SOCKET.port());
    }

    /** The same for a socket with that port. */
    static void check(byte[] datagram, int port) {
        ByteBuffer view = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at < datagram.length) {
            require(datagram.length - at >= Nlmsg.SIZE, "a head of " + (datagram.length - at) + " bytes");
            int length = view.getInt(at);
            require(length >= Nlmsg.SIZE && length <= datagram.length - at, "a length of " + length);
            require(view.getInt(at + Nlmsg.PORT) == port, "a port that is not the socket's");
            message(view, at, length);
            at += Nlmsg.align(length);
        }
    }

    private static void message(ByteBuffer view, int at, int length) {
        int type = view.getShort(at + Nlmsg.TYPE);
        if (type != Nlmsg.ERROR && type != Nlmsg.DONE) {
            Integer body = BODIES.get(type);
            require(body != null, "type " + type);
            attributes(view, at + Nlmsg.SIZE + (body == null ? 0 : body), at + length);
            return;
        }
        int error = view.getInt(at + Nlmsg.SIZE);
        require(error <= 0 && error >= -MOST_ERRNO, "error " + error);
        int flags = view.getShort(at + Nlmsg.FLAGS);
        int behind = at + Nlmsg.SIZE + Integer.BYTES;
        if (type == Nlmsg.ERROR) {
            boolean capped = (flags & Nlmsg.CAPPED) != 0;
            behind += capped ? Nlmsg.SIZE : Nlmsg.align(view.getInt(behind));
        }
        require(behind == at + length || (flags & Nlmsg.ACK_TLVS) != 0, "bytes behind an error");
        attributes(view, behind, at + length);
    }

    private static void attributes(ByteBuffer view, int from, int to) {
        int at = from;
        while (at < to) {
            require(to - at >= 4, "an attribute of " + (to - at) + " bytes");
            int length = view.getShort(at) & 0xffff;
            require(length >= 4 && length <= to - at, "an attribute that says " + length + " of " + (to - at));
            at += Nlmsg.align(length);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("an answer holds " + what);
        }
    }

    /**
     * Writes requests to begin with.
     *
     * @param arguments a folder
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        List<byte[]> all = Requests.all();
        for (int i = 0; i < all.size(); i++) {
            byte[] input = new byte[all.get(i).length + 1];
            input[0] = (byte) i;
            System.arraycopy(all.get(i), 0, input, 1, all.get(i).length);
            Files.write(folder.resolve("request-" + i), input);
        }
    }
}
