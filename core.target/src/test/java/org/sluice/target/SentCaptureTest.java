package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;

/** What is taken in at once is what would be taken in piece by piece. What a listener says is tested with one, in the core. */
@Timeout(60)
class SentCaptureTest {

    private static final int NO_LISTENER = -1;
    private static final int MSG_ZEROCOPY = 0x400_0000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_OOB = 1;

    private final Pidfds pidfds = new Pidfds(8);
    private final Interruptions interruptions = new Interruptions();
    private final TargetMemory memory = new TargetMemory();
    private final MessageReader reader = new MessageReader(memory, pidfds);
    private final SendCalls calls = new SendCalls(interruptions, memory);
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        child.run("import struct, mmap");
        child.run("at = lambda x: ctypes.addressof(x)");
        child.run("data = ctypes.create_string_buffer(bytes(range(256)), 256)");
        child.run("r = socket.socket(2, 2); r.bind(('127.0.0.1', 0)); s = socket.socket(2, 2)");
        child.run("a = ctypes.create_string_buffer(struct.pack('=H', 2) + struct.pack('!H', r.getsockname()[1]) +"
                + " socket.inet_aton('127.0.0.1') + bytes(8), 16)");
        // Two pages of which the second cannot be read.
        child.run("m = mmap.mmap(-1, 8192); p = ctypes.addressof(ctypes.c_char.from_buffer(m))");
        child.run("ctypes.CDLL(None).mprotect(ctypes.c_void_p(p + 4096), 4096, 0)");
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        interruptions.close();
        pidfds.close();
    }

    @Test
    void sendsTheCopyAndNotWhatIsThereLater() throws IOException {
        pidfds.acquire(child.pid()).get().close();
        Descriptors before = Descriptors.now();
        long[] registers = registers("s", "at(data)", 5, 0, "at(a)", 16);
        Block room = reader.room();
        try (PinnedSocket socket = take(registers, room).get();
                Message message = reader.captured(socket, registers, room).get()) {
            child.run("ctypes.memmove(a, bytes(16), 16); data[0] = b'!'");
            assertEquals("127.0.0.1", child.run("r.getsockname()[0]").replace("'", ""));
            assertTrue(message.destination().isPresent());
            calls.address(message);
            assertEquals(5, calls.send(message, child.pid(), () -> true));
            assertEquals("b'\\x00\\x01\\x02\\x03\\x04'", child.run("r.recv(9, socket.MSG_DONTWAIT)"));
        }
        before.assertNoMore();
    }

    /** No listener confirms that the numbers meant the caller. */
    @Test
    void saysThatNobodyWaits() throws IOException {
        take(registers("s", "at(data)", 5, 0, "at(a)", 16), reader.room()).get().close();
        assertFalse(SentCapture.ofThread().waits());
    }

    @Test
    void anAddressThatCannotBeReadIsAFault() throws IOException {
        for (String name : new String[] {"1", "p + 4096", "p + 4096 - 8"}) {
            long[] registers = registers("s", "at(data)", 5, 0, name, 16);
            Block room = reader.room();
            try (PinnedSocket socket = take(registers, room).get()) {
                assertEquals(
                        Errno.EFAULT, reader.captured(socket, registers, room).errno(), name);
                assertEquals(
                        Errno.EFAULT,
                        reader.sendto(child.pid(), socket, registers).errno(),
                        name);
            }
        }
    }

    /** The kernel finds it when it comes to the data; nothing of what can be read is sent. */
    @Test
    void dataThatCannotBeReadIsAFaultOfTheSend() throws IOException {
        for (String data : new String[] {"1", "p + 4096", "p + 4096 - 8"}) {
            long[] registers = registers("s", data, 16, 0, "at(a)", 16);
            Block room = reader.room();
            try (PinnedSocket socket = take(registers, room).get();
                    Message message = reader.captured(socket, registers, room).get()) {
                assertTrue(message.plain(4096).isEmpty());
                calls.address(message);
                assertEquals(-Errno.EFAULT, calls.send(message, child.pid(), () -> true), data);
                assertEquals("EAGAIN", child.run("r.recv(9, socket.MSG_DONTWAIT)"));
            }
        }
    }

    @Test
    void leavesNothingOpenOfWhatIsNoSocket() throws IOException {
        take(registers("s", "at(data)", 5, 0, "at(a)", 16), reader.room()).get().close();
        Descriptors before = Descriptors.now();
        long[] registers = registers("s", "at(data)", 5, 0, "at(a)", 16);
        registers[0] = 0;
        assertEquals(Errno.ENOTSOCK, take(registers, reader.room()).errno());
        registers[0] = 999;
        assertEquals(Errno.EBADF, take(registers, reader.room()).errno());
        before.assertNoMore();
    }

    @Test
    void coversWhatIsReadInOneGo() throws IOException {
        assertTrue(SentCapture.covers(new long[] {3, 1, 0, 0, 1, 12}));
        assertTrue(SentCapture.covers(new long[] {3, 1, Payload.CHUNK, 0, 1, 128}));
        assertFalse(SentCapture.covers(new long[] {3, 1, Payload.CHUNK + 1, 0, 1, 12}));
        assertFalse(SentCapture.covers(new long[] {3, 1, -1, 0, 1, 12}));
        assertFalse(SentCapture.covers(new long[] {3, 1, 5, 0, 0, 12}), "no address");
        assertFalse(SentCapture.covers(new long[] {3, 1, 5, 0, 1, 0}));
        assertFalse(SentCapture.covers(new long[] {3, 1, 5, 0, 1, -1}));
        assertFalse(SentCapture.covers(new long[] {3, 1, 5, 0, 1, 129}));
        assertFalse(SentCapture.covers(new long[] {3, 1, 5, MSG_ZEROCOPY, 1, 12}));
    }

    /** As netlink_sendmsg in net/netlink/af_netlink.c, to who has no rights; the socket is not asked. */
    @Test
    void judgesAddressesAsNetlinkDoes() throws IOException {
        child.run("n = socket.socket(16, 3, 0)");
        child.run(
                "k = lambda f, pad, pid, groups: ctypes.create_string_buffer(struct.pack('=HHII', f, pad, pid, groups), 12)");
        assertEquals(0, netlinkErrno("k(16, 0, 0, 0)", 12));
        assertEquals(0, netlinkErrno("k(16, 9, 0, 0)", 12), "padding is nobody's");
        assertEquals(Errno.EINVAL, netlinkErrno("k(16, 0, 0, 0)", 11));
        assertEquals(Errno.EINVAL, netlinkErrno("k(1, 0, 0, 0)", 12));
        assertEquals(Errno.EPERM, netlinkErrno("k(16, 0, 1, 0)", 12));
        assertEquals(Errno.EPERM, netlinkErrno("k(16, 0, 0, 1)", 12));
        assertEquals(Errno.EPERM, netlinkErrno("k(16, 0, 0, 0x80000000)", 12));
    }

    private int netlinkErrno(String name, int length) throws IOException {
        child.run("x = " + name);
        long[] registers = registers("n", "at(data)", 20, 0, "at(x)", length);
        Block room = reader.room();
        try (PinnedSocket socket = take(registers, room).get();
                Message message = reader.captured(socket, registers, room).get();
                Message same = reader.sendto(child.pid(), socket, registers).get()) {
            assertEquals(same.netlinkErrno(), message.netlinkErrno());
            assertTrue(message.destination().isEmpty(), "nobody is asked about it");
            return message.netlinkErrno();
        }
    }

    @Test
    void aPlainMessageIsItsDataAndNothingElse() throws IOException {
        assertArrayEquals(new byte[] {0, 1, 2}, plain(3, MSG_NOSIGNAL));
        assertArrayEquals(new byte[] {0, 1, 2, 3}, plain(4, 0));
        assertArrayEquals(new byte[0], plain(5, 0), "too long");
        assertArrayEquals(new byte[0], plain(0, 0));
        assertArrayEquals(new byte[0], plain(3, MSG_OOB));
    }

    private byte[] plain(int length, int flags) throws IOException {
        long[] registers = registers("s", "at(data)", length, flags, "at(a)", 16);
        Block room = reader.room();
        try (PinnedSocket socket = take(registers, room).get();
                Message message = reader.captured(socket, registers, room).get()) {
            return message.plain(4).orElse(new byte[0]);
        }
    }

    private Attempt<PinnedSocket> take(long[] registers, Block room) {
        assertTrue(SentCapture.covers(registers));
        return SentCapture.ofThread().take(pidfds, child.pid(), registers, room, NO_LISTENER, 1);
    }

    private long[] registers(String socket, String data, long length, int flags, String name, int nameLength)
            throws IOException {
        return new long[] {
            child.number(socket + ".fileno()"),
            Long.parseLong(child.run(data)),
            length,
            flags,
            Long.parseLong(child.run(name)),
            nameLength
        };
    }
}
