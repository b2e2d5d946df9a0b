package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;

/** Messages are copied from a process that makes no call just now; the memory is the same. */
@Timeout(60)
class SendCallsTest {

    private static final int AF_UNSPEC = 0;
    private static final int FAST_OPEN = 0x2000_0000;

    private final Pidfds pidfds = new Pidfds(8);
    private final Interruptions interruptions = new Interruptions();
    private final TargetMemory memory = new TargetMemory();
    private final MessageReader reader = new MessageReader(memory, pidfds);
    private final SendCalls calls = new SendCalls(interruptions, memory);
    private Child child;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        child.run("import struct");
        child.run("data = ctypes.create_string_buffer(bytes(range(256)) * 1024, 262144)");
        child.run("at = lambda x: ctypes.addressof(x)");
        child.run("def inet(f, port, ip='127.0.0.1'): return ctypes.create_string_buffer(struct.pack('=H', f) +"
                + " struct.pack('!H', port) + socket.inet_aton(ip) + bytes(8), 16)");
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        interruptions.close();
        pidfds.close();
    }

    @Test
    void sendsTheCopyAndNotWhatIsThereLater() throws IOException {
        child.run(
                "r = socket.socket(2, 2); r.bind(('127.0.0.1', 0)); o = socket.socket(2, 2); o.bind(('127.0.0.1', 0))");
        child.run("s = socket.socket(2, 2); a = inet(2, r.getsockname()[1])");
        try (PinnedSocket socket = pin("s.fileno()");
                Message message = sendto(socket, "at(data)", 5, 0, "at(a)", 16)) {
            Address.Inet to = (Address.Inet) message.destination().orElseThrow();
            assertEquals(child.number("r.getsockname()[1]"), to.port());
            child.run("ctypes.memmove(a, inet(2, o.getsockname()[1]), 16); data[0] = b'!'");
            calls.address(message);
            assertEquals(5, calls.send(message, child.pid(), () -> true));
            assertEquals("b'\\x00\\x01\\x02\\x03\\x04'", child.run("r.recv(9, socket.MSG_DONTWAIT)"));
            assertEquals("EAGAIN", child.run("o.recv(9, socket.MSG_DONTWAIT)"));
            assertEquals(0, calls.address(message, to.withPort(child.number("o.getsockname()[1]"))));
        }
    }

    @Test
    void aDestinationIsWhatTheKernelMakesOfIt() throws IOException {
        child.run(
                "u = socket.socket(2, 2); v = socket.socket(10, 2); t = socket.socket(2, 1); w = socket.socket(1, 2)");
        String loopback = "127.0.0.1!80";
        assertEquals(loopback, destination("u", "inet(2, 80)", 16, 0));
        assertEquals(loopback, destination("u", "inet(" + AF_UNSPEC + ", 80)", 16, 0), "for old programs");
        assertEquals("", destination("u", "inet(2, 80)", 15, 0));
        assertEquals("", destination("u", "inet(10, 80)", 16, 0));
        assertEquals(loopback, destination("v", "inet(2, 80)", 16, 0), "an IPv6 socket takes IPv4");
        assertEquals("", destination("v", "inet(" + AF_UNSPEC + ", 80)", 16, 0), "the peer");
        assertEquals("", destination("t", "inet(2, 80)", 16, 0), "a stream ignores it");
        assertEquals(loopback, destination("t", "inet(2, 80)", 16, FAST_OPEN));
        String path = "ctypes.create_string_buffer(struct.pack('=H', 1) + b'/a/b')";
        assertEquals("/a/b", destination("w", path, 6, 0));
        assertEquals("", destination("w", path, 2, 0), "no name to send to");
        assertEquals("", destination("w", "inet(2, 80)", 16, 0));
    }

    @Test
    void errnosAreThoseOfTheKernel() throws IOException {
        child.run("s = socket.socket(2, 2); a = inet(2, 9); h = ctypes.create_string_buffer(56)");
        try (PinnedSocket socket = pin("s.fileno()")) {
            assertEquals(Errno.EFAULT, copy(socket, "at(data)", 5, "16", 16).errno());
            assertEquals(Errno.EINVAL, copy(socket, "at(data)", 5, "at(a)", -1).errno());
            assertEquals(Errno.EINVAL, copy(socket, "at(data)", 5, "at(a)", 129).errno());
            assertEquals(Errno.EFAULT, header(socket, "16").errno());
            child.run("struct.pack_into('=QQQQQQQ', h, 0, 0, 0, 16, 1025, 0, 0, 0)");
            assertEquals(Errno.EMSGSIZE, header(socket, "at(h)").errno());
            child.run("struct.pack_into('=QQQQQQQ', h, 0, 0, 0, 16, 1, 0, 0, 0)");
            assertEquals(Errno.EFAULT, header(socket, "at(h)").errno());
            child.run("struct.pack_into('=QQQQQQQ', h, 0, 0, 0, 0, 0, 16, 1 << 40, 0)");
            assertEquals(Errno.ENOBUFS, header(socket, "at(h)").errno());
            try (Message unreadable = copy(socket, "16", 5, "at(a)", 16).get()) {
                calls.address(unreadable);
                assertEquals(-Errno.EFAULT, calls.send(unreadable, child.pid(), () -> true));
            }
        }
    }

    @Test
    void aLargeSendOnAStreamWaitsForRoom() throws Exception {
        child.run("a, b = socket.socketpair()");
        try (PinnedSocket socket = pin("a.fileno()");
                Message message = sendto(socket, "at(data)", 262144, 0, "0", 0);
                Pidfd thread = pidfds.acquire(child.pid()).get()) {
            calls.address(message);
            assertEquals(-Errno.EAGAIN, calls.send(message, child.pid(), () -> true));
            assertTrue(message.sent() > 0 && message.mayWait());
            Interruption interruption = interruptions.watch(child.pid(), thread);
            CompletableFuture<Long> rest =
                    CompletableFuture.supplyAsync(() -> calls.await(message, child.pid(), () -> true, interruption));
            while (!rest.isDone()) {
                child.run("len(b.recv(1 << 20, socket.MSG_DONTWAIT))");
            }
            assertEquals(262144, rest.get());
            assertTrue(message.isWhole());
        }
    }

    @Test
    void whatIsReadAfterTheCallIsOverIsNotSent() throws IOException {
        child.run("a, b = socket.socketpair(); a.setsockopt(1, 7, 1 << 20)");
        try (PinnedSocket socket = pin("a.fileno()");
                Message message = sendto(socket, "at(data)", 262144, 0, "0", 0)) {
            calls.address(message);
            assertEquals(-Errno.ESRCH, calls.send(message, child.pid(), () -> false));
            assertEquals(65536, message.sent(), "what was copied while it waited");
            assertFalse(message.isWhole());
        }
    }

    @Test
    void aTimeLimitOfTheSocketIsSeen() throws IOException {
        child.run("s = socket.socket(); t = socket.socket(); t.setsockopt(1, 21, struct.pack('=qq', 0, 1000))");
        try (PinnedSocket none = pin("s.fileno()");
                PinnedSocket limited = pin("t.fileno()")) {
            assertFalse(none.hasSendTimeout());
            assertTrue(limited.hasSendTimeout());
        }
    }

    private String destination(String socket, String address, int length, int flags) throws IOException {
        child.run("x = " + address);
        try (PinnedSocket pinned = pin(socket + ".fileno()");
                Message message = sendto(pinned, "at(data)", 1, flags, "at(x)", length)) {
            return message.destination().map(Address::toString).orElse("");
        }
    }

    private Message sendto(PinnedSocket socket, String data, long length, int flags, String name, int nameLength)
            throws IOException {
        return reader.sendto(child.pid(), socket, registers(data, length, flags, name, nameLength))
                .get();
    }

    private Attempt<Message> copy(PinnedSocket socket, String data, long length, String name, int nameLength)
            throws IOException {
        return reader.sendto(child.pid(), socket, registers(data, length, 0, name, nameLength));
    }

    private Attempt<Message> header(PinnedSocket socket, String at) throws IOException {
        return reader.sendmsg(child.pid(), socket, Long.parseLong(child.run(at)), 0, 0);
    }

    private long[] registers(String data, long length, int flags, String name, int nameLength) throws IOException {
        return new long[] {
            0, Long.parseLong(child.run(data)), length, flags, Long.parseLong(child.run(name)), nameLength
        };
    }

    private PinnedSocket pin(String expression) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(expression)).get();
    }
}
