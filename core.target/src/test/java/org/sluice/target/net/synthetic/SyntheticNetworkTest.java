package org.sluice.target.net.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Descriptor;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.net.Topology;

/** Synthetic sockets are like netlink's to whoever has them. */
class SyntheticNetworkTest extends Furnished {

    private static final int UNWAITING = 30_000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;

    /** Whatever reads takes the sender for the kernel: 12 bytes, port 0, no groups. */
    @Test
    void theSenderLooksLikeTheKernel() {
        try (Asker asker = Asker.of(network)) {
            asker.send(LIST);
            Block data = Block.allocate(4096);
            Block name = Block.allocate(136).putInt(128, 128);
            long length = data.with(
                    to -> name.with(at -> Linux.call(Nr.RECVFROM, asker.fd(), to, data.size(), 0, at, at + 128)));
            assertTrue(length > Nlmsg.SIZE);
            assertEquals(12, name.getInt(128));
            assertArrayEquals(new byte[10], name.get(2, 10));
        }
    }

    /** As of the kernel's sockets: once the question has been sent, whoever reads without waiting finds the whole answer. */
    @Test
    void whoReadsWithoutWaitingFindsTheWholeAnswer() {
        try (Asker asker = Asker.of(network)) {
            SyntheticSocket socket = asker.keeper();
            Block data = Block.allocate(4096);
            int without = 0;
            for (int i = 0; i < UNWAITING; i++) {
                asker.send(LIST);
                for (int part = 0; part < 2; part++) {
                    network.settle(socket);
                    long length =
                            data.with(to -> Linux.call(Nr.RECVFROM, asker.fd(), to, data.size(), MSG_DONTWAIT, 0, 0));
                    if (length == -Errno.EAGAIN) {
                        without++;
                        asker.receive(4096);
                    }
                }
            }
            assertEquals(0, without, "of " + UNWAITING + " answers");
        }
    }

    /** A dump that has no room goes on when it has, whoever began it: this side's thread may never have seen the question. */
    @Test
    void aDumpThatWaitsForRoomIsNotForgotten() {
        List<String> many = IntStream.range(0, 300)
                .mapToObj(i -> "x" + i + "=10.1." + i % 250 + ".1/24")
                .toList();
        SyntheticNetwork large = new SyntheticNetwork("large");
        large.furnish(Topology.of(many));
        try (Asker asker = Asker.of(large)) {
            Block data = Block.allocate(1 << 16);
            failWhereNothingComes(asker);
            for (int i = 0; i < 200; i++) {
                asker.send(LIST);
                large.settle(asker.keeper());
                int links = 0;
                int end = 0;
                while (end == 0) {
                    int length = (int) SysException.check(
                            "recv in round " + i,
                            data.with(to -> Linux.call(Nr.RECVFROM, asker.fd(), to, data.size(), 0, 0, 0)));
                    for (int at = 0; at < length; at += Nlmsg.align(data.getInt(at))) {
                        end += data.getShort(at + Nlmsg.TYPE) == Nlmsg.DONE ? 1 : 0;
                        links += data.getShort(at + Nlmsg.TYPE) == Rtnetlink.NEWLINK ? 1 : 0;
                    }
                }
                assertEquals(301, links);
            }
        } finally {
            large.close();
        }
    }

    /** What was asked before the end is answered, also behind a datagram without content. */
    @Test
    void whoSendsNoMoreIsAnsweredAllTheSame() {
        for (int i = 0; i < 300; i++) {
            try (Asker asker = Asker.of(network)) {
                failWhereNothingComes(asker);
                asker.send(new byte[0]);
                asker.send(new byte[0]);
                asker.send(LIST);
                SysException.check("shutdown", Linux.call(Nr.SHUTDOWN, asker.fd(), SHUT_WR));
                if (i % 2 == 0) {
                    network.settle(asker.keeper());
                }
                byte[] links = asker.receive(4096);
                assertEquals(2, Told.of(links, links.length).size());
                byte[] end = asker.receive(4096);
                assertEquals(List.of("type 3 flags 2 seq 1 done 0"), Told.of(end, end.length));
            }
        }
    }

    /** A socket that was shut down is nobody's: it takes no port, is told nothing, and stands in nobody's way. */
    @Test
    void aSocketThatIsOverTakesNothing() {
        try (Asker asker = Asker.of(network);
                Asker other = Asker.of(network)) {
            SyntheticSocket over = asker.keeper();
            asker.set(1, 1);
            other.set(1, 1);
            SysException.check("shutdown", Linux.call(Nr.SHUTDOWN, asker.fd(), SHUT_RDWR));
            await(over::isClosed);
            assertEquals(-Errno.EBADF, over.bind(77, 0, PID));
            over.autobind(78);
            assertEquals(0, over.port());
            over.tell(LIST);
            network.settle(over);
            assertEquals(0, network.port(over, () -> PID));
            assertEquals(0, other.keeper().bind(77, 1, PID));
            try (Asker third = Asker.of(network)) {
                third.keeper().autobind(78);
                assertEquals(78, third.keeper().port());
            }
            network.add(Topology.brief("eth1=10.4.0.1/24"));
            assertTrue(other.receive(4096).length > 0);
        }
    }

    /** A reader with little room loses the rest of a datagram and no more, as at the kernel's. */
    @Test
    void shortReadsLoseTheRestOfADatagramAlone() {
        try (Asker asker = Asker.of(network)) {
            asker.send(LIST);
            assertEquals(20, asker.receive(20).length);
            byte[] done = asker.receive(4096);
            assertEquals(List.of("type 3 flags 2 seq 1 done 0"), Told.of(done, done.length));
        }
    }

    @Test
    void portsAreOfOneSocketEach() {
        SyntheticSocket first = socket();
        SyntheticSocket second = socket();
        assertEquals(0, first.port());
        assertEquals(0, first.bind(0, 0, PID));
        assertEquals(PID, first.port());
        assertEquals(-Errno.EADDRINUSE, second.bind(PID, 0, PID));
        assertEquals(0, second.bind(0, 5, PID));
        assertNotEquals(PID, second.port());
        assertTrue(second.port() < -4096);
        assertEquals(5, second.groups());
        assertEquals(-Errno.EINVAL, second.bind(77, 0, PID));
        assertEquals(0, second.bind(second.port(), 0, PID));
        assertEquals(0, second.groups());
    }

    @Test
    void optionsAreThoseOfNetlink() {
        SyntheticSocket socket = socket();
        assertEquals(0, socket.set(11, 1));
        assertArrayEquals(new int[] {1}, socket.get(11));
        assertArrayEquals(new int[] {0}, socket.get(12));
        assertEquals(-Errno.ENOPROTOOPT, socket.set(99, 1));
        assertEquals(null, socket.get(99));
        assertEquals(-Errno.EINVAL, socket.set(1, 0));
        assertEquals(0, socket.set(1, 33));
        assertArrayEquals(new int[] {0, 1}, socket.get(9));
        assertEquals(0, socket.set(2, 33));
        assertArrayEquals(new int[] {0, 0}, socket.get(9));
        assertEquals(-Errno.EPERM, socket.set(8, 1));
    }

    private SyntheticSocket socket() {
        return new SyntheticSocket(
                new Descriptor((int) SysException.check("eventfd", Linux.call(Nr.EVENTFD2, 0, 0))),
                1,
                SOCK_RAW,
                PID,
                ports,
                new Wire(64));
    }

    private final PortIds ports = new PortIds();

    /** What was sent before is answered before, also where another thread answers what comes now. */
    @Test
    void whatIsAnsweredAtOnceIsAnsweredInItsTurn() {
        try (Asker asker = Asker.of(network)) {
            failWhereNothingComes(asker);
            for (int i = 0; i < 3000; i++) {
                asker.send(numbered(7));
                assertEquals(LIST.length, network.answer(asker.keeper(), numbered(8)));
                for (int sequence : new int[] {7, 7, 8, 8}) {
                    assertEquals(sequence, Block.of(asker.receive(4096)).getInt(Nlmsg.SEQUENCE), "in round " + i);
                }
            }
            SysException.check("shutdown", Linux.call(Nr.SHUTDOWN, asker.fd(), SHUT_RDWR));
            await(asker.keeper()::isClosed);
            assertEquals(-Errno.EPIPE, network.answer(asker.keeper(), LIST));
        }
    }

    private static byte[] numbered(int sequence) {
        return Block.of(LIST).putInt(Nlmsg.SEQUENCE, sequence).get(0, LIST.length);
    }

    /** What the shell changes is heard by programs that asked for it. */
    @Test
    void changesAreToldToThoseWhoListen() {
        try (Asker asker = Asker.of(network)) {
            asker.set(1, 1);
            network.add(Topology.brief("eth1=10.4.0.1/24"));
            byte[] told = asker.receive(4096);
            assertTrue(Told.of(told, told.length).get(0).startsWith("type 16 flags 0 seq 0 body 000001000300"));
            network.set("eth1", false);
            told = asker.receive(4096);
            assertTrue(Told.of(told, told.length).get(0).startsWith("type 16 "));
            network.remove("eth1");
            told = asker.receive(4096);
            assertTrue(Told.of(told, told.length).get(0).startsWith("type 17 "));
            assertEquals(2, network.states().size());
            assertThrows(SysException.class, () -> network.remove("eth1"));
            assertThrows(SysException.class, () -> network.add(Topology.brief("eth0=10.4.0.1/24")));
        }
    }

    /** Somebody else's names are passed over; without a name there is no socket. */
    @Test
    void takenNamesArePassedOver() {
        Block name = Block.allocate(12).putShort(0, 1);
        // All names but the last are somebody else's.
        List<Descriptor> taken = new ArrayList<>();
        for (int padding = 0; padding < 255; padding++) {
            int fd = (int) SysException.check("socket", Linux.call(Nr.SOCKET, 1, 5, 0));
            taken.add(new Descriptor(fd));
            name.putByte(3, padding);
            SysException.check("bind", name.with(at -> Linux.call(Nr.BIND, fd, at, 12)));
        }
        try (Asker asker = Asker.of(network)) {
            assertEquals(3, asker.ask(LIST).size());
            int last = (int) SysException.check("socket", Linux.call(Nr.SOCKET, 1, 5, 0));
            taken.add(new Descriptor(last));
            name.putByte(3, 255);
            SysException.check("bind", name.with(at -> Linux.call(Nr.BIND, last, at, 12)));
            assertEquals(Errno.EADDRINUSE, network.open(SOCK_RAW, false, PID).errno());
        } finally {
            taken.forEach(Descriptor::close);
        }
    }
}
