package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.Sandbox;
import org.sluice.linux.Linux;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** What a program gets for its sends is the same inside a sandbox and outside; {@code sends.c} sends in every way. */
class SendTest {

    private static final Profile DECIDED = SendMain.DECIDED;

    @TempDir
    private Path folder;

    private String program;

    @BeforeEach
    void compile() throws Exception {
        program = Programs.compile(folder, "sends").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"u", "6", "t", "x", "f", "z", "n", "m", "c"})
    void eachSendComesToWhatItComesToNatively(String part) throws Exception {
        String expected = SendMain.natively(folder, program, part);
        assertTrue(expected.lines().count() > 5, expected);
        assertEquals(expected, SendMain.inside(folder, DECIDED, program, part));
        assertEquals(expected, SendMain.inside(folder, new ProfileLoader().load("open"), program, part));
    }

    @Test
    void toAnOrdinaryUserToo() throws Exception {
        Assumptions.assumeTrue(ChildJvm.isRoot(), "only root can become another user; this run is by an ordinary one");
        Process process = ChildJvm.asAnother(folder, SendMain.class, folder.toString(), program, "u6txfznmc")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals(
                List.of(), said.lines().filter(line -> !line.startsWith("same")).toList());
        assertEquals(18, said.lines().count(), said);
    }

    /** Descriptors that are passed on go through the supervisor, and none stays there. */
    @Test
    void passedDescriptorsDoNotStay() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Arena arena = Arena.standard(work, List.of())) {
            assertEquals(0, arena.run(DECIDED, program, "n").status());
            clear(work);
            long before = descriptors();
            assertEquals(0, arena.run(DECIDED, program, "n").status());
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (descriptors() > before && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(descriptors() <= before, before + " became " + descriptors());
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static void clear(Path folder) throws IOException {
        for (String name : List.of("r.sock", "s.sock", "l.sock", "link", "loop", "passed", "d")) {
            Files.delete(folder.resolve(name));
        }
    }

    @Handler(name = "org.test.shift", stage = Stage.TRANSLATE)
    @Traps({"sendto(addr!=0)", "sendmsg", "sendmmsg"})
    private static final class Shift implements SyscallHandler {

        private final int from;
        private final int to;

        Shift(int from, int to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public Verdict handle(Call call, Chain chain) {
            boolean shifted = call.address().orElse(null) instanceof Address.Inet inet && inet.port() == from;
            return chain.proceed(
                    shifted ? call.withAddress(((Address.Inet) call.address().get()).withPort(to)) : call);
        }
    }

    @Test
    void aTranslatorChangesTheDestination() throws Exception {
        try (DatagramChannel real = DatagramChannel.open();
                DatagramChannel taken = DatagramChannel.open()) {
            real.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .configureBlocking(false);
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .configureBlocking(false);
            int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
            Path work = Files.createDirectory(folder.resolve("work"));
            Path script = Files.write(
                    work.resolve("p.py"),
                    List.of(program(
                            "s = socket.socket(2, 2); t = socket.socket(10, 2); a = ('127.0.0.1', " + port + ")",
                            "go(s.sendto, b'1', a)",
                            "go(s.sendmsg, [b'2'], [], 0, a)",
                            "go(t.sendto, b'3', ('::ffff:127.0.0.1', " + port + "))")));
            try (Arena arena = Arena.standard(work, List.of())) {
                arena.add(new Shift(port, ((InetSocketAddress) real.getLocalAddress()).getPort()));
                Profile profile = DECIDED.with().handler("org.test.shift").build();
                Arena.Result result = arena.run(profile, "/usr/bin/env", "python3", script.toString());
                assertEquals("1\n1\n1\n", result.output());
            }
            for (char expected : "123".toCharArray()) {
                ByteBuffer got = ByteBuffer.allocate(10);
                assertNotEquals(null, real.receive(got));
                assertEquals(expected, got.get(0));
            }
            assertEquals(null, taken.receive(ByteBuffer.allocate(1)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "server", "open"})
    void serversAndClientsOfDatagramsMeet(String profile) throws Exception {
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                new ProfileLoader().load(profile),
                denials,
                program(
                        "s = socket.socket(10, 2); s.bind(('::', 0)); p = s.getsockname()[1]",
                        "u = socket.socket(1, 2); u.bind('u')",
                        "if os.fork() == 0:",
                        "  for i in range(3): m, a = s.recvfrom(9); s.sendto(m + b'!', a)",
                        "  m, a = u.recvfrom(9); u.sendto(m + b'?', a); os._exit(0)",
                        "c = socket.socket(2, 2); c.sendto(b'1', ('127.0.0.1', p)); print(c.recv(9))",
                        "d = socket.socket(10, 2); d.sendmsg([b'2'], [], 0, ('::1', p)); print(d.recv(9))",
                        "d.connect(('::1', p)); d.send(b'3'); print(d.recv(9))",
                        "v = socket.socket(1, 2); v.bind('v'); v.sendto(b'4', 'u'); print(v.recvfrom(9))",
                        "os.wait()"));
        assertEquals("b'1!' b'2!' b'3!' (b'4?', 'u')", said);
        assertEquals(List.of(), denials);
    }

    /** As a program without rights: itself, but no other process and no other user. */
    @Test
    void aMessageMayNameItsOwnSenderAlone() throws Exception {
        String said = script(
                DECIDED,
                new ArrayList<>(),
                program(
                        "import struct",
                        "a, b = socket.socketpair(); b.setsockopt(1, socket.SO_PASSCRED, 1)",
                        "go(a.sendmsg, [b'x'], [(1, 2, struct.pack('iii', os.getpid(), os.getuid(), os.getgid()))])",
                        "go(a.sendmsg, [b'x'], [(1, 2, struct.pack('iii', 1, os.getuid(), os.getgid()))])",
                        "go(a.sendmsg, [b'x'], [(1, 2, struct.pack('iii', os.getpid(), 4711, os.getgid()))])",
                        "go(a.sendmsg, [b'x'], [(1, 2, struct.pack('iii', os.getpid(), os.getuid(), 4711))])",
                        "a.sendmsg([b'y']); m = b.recvmsg(9, 99)",
                        "print(struct.unpack('iii', m[1][0][2])[1:] == (os.getuid(), os.getgid()))"));
        assertEquals("1 EPERM EPERM EPERM True", said);
    }

    @Test
    void whatEachHandlerTrapsIsShown() throws Exception {
        assertEquals(
                "sendto(addr!=0), sendto(flags&MSG_FASTOPEN), sendmsg, sendmmsg",
                sends(new ProfileLoader().load("default")));
        assertEquals(
                "sendto(addr!=0), sendto(flags&MSG_FASTOPEN), sendmsg(flags&MSG_FASTOPEN),"
                        + " sendmmsg(flags&MSG_FASTOPEN)",
                sends(new ProfileLoader().load("open")));
    }

    private String sends(Profile profile) throws Exception {
        Path work = Files.createTempDirectory(folder, "work");
        int fd = Arena.open(work.resolve("out"));
        try (Arena arena = Arena.standard(work, List.of());
                Sandbox sandbox = arena.start(profile, fd, "/bin/sleep", "60")) {
            return sandbox.handlers().stream()
                    .filter(each -> each.name().equals("connect"))
                    .flatMap(each -> each.traps().stream())
                    .filter(trap -> trap.startsWith("send"))
                    .collect(Collectors.joining(", "));
        } finally {
            Linux.close(fd);
        }
    }

    private String script(Profile profile, List<DenialRecord> denials, String... lines) throws Exception {
        Path work = Files.createTempDirectory(folder, "script");
        Path file = Files.write(work.resolve("p.py"), List.of(lines));
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(profile, "/usr/bin/env", "python3", file.toString());
            denials.addAll(result.sandbox().denials());
            return result.output().strip().replace("\n", " ");
        }
    }

    private static final String[] TRY = {
        "import socket, errno, os",
        "def go(f, *a):",
        "  try: print(f(*a))",
        "  except OSError as e: print(errno.errorcode[e.errno])"
    };

    private static String[] program(String... lines) {
        return Stream.concat(Stream.of(TRY), Stream.of(lines)).toArray(String[]::new);
    }

    private static List<String> targets(List<DenialRecord> denials) {
        return denials.stream()
                .map(each -> each.syscall() + " " + each.errno() + " "
                        + each.denial().operation() + " " + each.denial().target())
                .toList();
    }

    @Test
    void eachDestinationIsDecided() throws Exception {
        Profile profile = Arena.profile("\"network\": { \"connect\": \"deny\", \"bind\": \"allow\", \"send\": \"deny\","
                + " \"rules\": [\"allow send 127.0.0.1!5000-5100\", \"deny send 127.0.0.1!5050\"] },"
                + " \"unix\": { \"default\": \"own\" }, \"datagram\": \"rules\","
                + " \"handlers\": { \"bind\": {}, \"connect\": {}, \"unix\": {} }");
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                profile,
                denials,
                program(
                        "s = socket.socket(2, 2); t = socket.socket(10, 2)",
                        "go(s.sendto, b'x', ('127.0.0.1', 5001))",
                        "go(s.sendto, b'x', ('127.0.0.1', 5050))",
                        "go(s.sendmsg, [b'x'], [], 0, ('127.0.0.1', 5002))",
                        "go(s.sendmsg, [b'x'], [], 0, ('127.0.0.1', 6000))",
                        "go(t.sendto, b'x', ('::ffff:127.0.0.1', 5050))",
                        "go(t.sendto, b'x', ('::ffff:127.0.0.1', 5003))",
                        "go(t.sendto, b'x', ('::1', 5003))",
                        "r = socket.socket(2, 2); r.bind(('127.0.0.1', 0))",
                        "go(s.sendto, b'own', r.getsockname()); print(r.recv(9))",
                        "u = socket.socket(1, 2); u.bind('u'); v = socket.socket(1, 3)",
                        "go(v.sendto, b'own', 'u'); print(u.recv(9))",
                        "go(v.sendto, b'x', '/dev/null')",
                        "go(v.sendto, b'x', b'\\0sluice-nobody')",
                        "w = socket.socket(); go(w.sendto, b'x', socket.MSG_FASTOPEN, ('127.0.0.1', 5001))"));
        assertEquals("1 EACCES 1 EACCES EACCES 1 EACCES 3 b'own' 3 b'own' EACCES EACCES EACCES", said);
        assertEquals(
                List.of(
                        "sendto 13 net/send 127.0.0.1!5050",
                        "sendmsg 13 net/send 127.0.0.1!6000",
                        "sendto 13 net/send 127.0.0.1!5050",
                        "sendto 13 net/send ::1!5003",
                        "sendto 13 net/connect /dev/null",
                        "sendto 13 net/connect @sluice-nobody",
                        "sendto 13 net/connect 127.0.0.1!5001"),
                targets(denials));
    }

    @Test
    void deniedDatagramsHaveNoSockets() throws Exception {
        Profile profile = Arena.profile("\"network\": { \"connect\": \"allow\" }, \"unix\": { \"default\": \"allow\" },"
                + " \"datagram\": \"deny\", \"handlers\": { \"connect\": {} }");
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                profile,
                denials,
                program(
                        "for f in 1, 2, 10:",
                        "  for t in 2, 2 | socket.SOCK_NONBLOCK: go(lambda: socket.socket(f, t).type)",
                        "go(lambda: socket.socket(1, 3).type)",
                        "go(lambda: socket.socketpair(1, 2))",
                        "go(lambda: socket.socketpair(1, 3))",
                        "go(lambda: socket.socket(1, 5).type.value)",
                        "go(lambda: socket.socketpair(1, 1)[0].type.value)",
                        "go(lambda: socket.socket(2, 1).type.value)"));
        assertEquals("EACCES ".repeat(9) + "5 1 1", said);
        assertEquals(9, denials.size());
        assertEquals("net/socket", denials.get(0).denial().operation());
        assertEquals("socketpair", denials.get(8).syscall());
    }

    @Test
    void sourceRoutesAreRefused() throws Exception {
        List<DenialRecord> denials = new ArrayList<>();
        String said = script(
                DECIDED,
                denials,
                program(
                        "s = socket.socket(2, 2); t = socket.socket(10, 2)",
                        "route = bytes([131, 7, 4, 127, 0, 0, 9, 0])",
                        "go(s.sendmsg, [b'x'], [(0, 7, route)], 0, ('127.0.0.1', 9))",
                        "header = bytes([0, 2, 2, 1] + [0] * 4 + [0] * 15 + [1])",
                        "go(t.sendmsg, [b'x'], [(41, 57, header)], 0, ('::1', 9))",
                        "go(t.sendmsg, [b'x'], [(41, 8, b'1234'), (41, 5, header)], 0, ('::1', 9))",
                        "t.connect(('::1', 9)); go(t.sendmsg, [b'x'], [(41, 57, header)])"));
        assertEquals("EACCES EACCES EACCES EACCES", said);
        assertEquals("the connected peer", denials.get(3).denial().target());
    }
}
