package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address.UnixPath;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.PathWalker.Last;

class UnixCallsTest {

    private final Pidfds pidfds = new Pidfds(8);
    private final Interruptions interruptions = new Interruptions();
    private final UnixTable table = new UnixTable();
    private final BindMap names = new BindMap(table, 3);
    private final UnixCalls calls = new UnixCalls(names, interruptions);
    private final PathWalker walker = new PathWalker(pidfds, pid -> false);
    private Path directory;
    private Child child;
    private Target target;

    @BeforeEach
    void start(@TempDir Path temp) throws IOException {
        directory = temp.toRealPath();
        child = new Child(directory);
        target = Threads.of(child);
        child.run("s = socket.socket(1); t = socket.socket(1)");
    }

    @AfterEach
    void stop() {
        child.close();
        interruptions.close();
        table.close();
        pidfds.close();
    }

    @Test
    void bindsWithTheTargetsDirectoryAndUmask() throws IOException {
        child.run("os.umask(0o027)");
        int umask = ThreadStatus.read((int) ProcessHandle.current().pid()).umask();
        assertEquals(0, bind("s", "x"));
        assertEquals(
                "(140750, True)".replace("140750", "" + 0140750),
                child.run("(os.stat('x').st_mode, os.stat('x').st_uid == os.geteuid())"));
        assertEquals(
                umask, ThreadStatus.read((int) ProcessHandle.current().pid()).umask());
        assertEquals(-Errno.EINVAL, bind("s", "y"), "it is bound already");
        assertEquals("False", child.run("os.path.exists('y')"));
    }

    @Test
    void failsAsNatively() throws IOException {
        Files.createFile(directory.resolve("file"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("elsewhere"));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        String[] paths = {"file", "link", "file/x", "none/x", "loop/x", "new/", "file/", "/", ".", "..", "/proc/x"};
        for (String path : paths) {
            String here = child.run("socket.socket(1).bind('" + path + "')");
            assertEquals(here, name(bind("t", path)), path);
        }
        assertFalse(Files.exists(directory.resolve("elsewhere")), "the last name is not followed");
    }

    @Test
    void pathsThatAreLongOnceResolvedWork() throws IOException {
        Path deep = directory.resolve("d".repeat(100)).resolve("e".repeat(100));
        Files.createDirectories(deep);
        child.run("os.chdir('" + deep + "')");
        String full = "n".repeat(108);
        assertEquals(0, bind("s", full));
        assertTrue(Files.exists(deep.resolve(full)));
        assertEquals(full, local("s"));
    }

    @Test
    void namesAreToldAsTheTargetSpelledThem() throws IOException {
        Files.createDirectory(directory.resolve("d"));
        assertEquals(0, bind("s", "d/../d/x"));
        child.run("s.listen(); c = socket.socket(1); c.connect('d/x'); a = s.accept()[0]");
        assertEquals("d/../d/x", local("s"));
        assertEquals("d/../d/x", local("a"), "as it has its listener's name");
        assertEquals("d/../d/x", peer("c"));
        assertEquals(1, names.size());
        child.run("s.close(); os.unlink('d/x')");
        assertEquals("d/../d/x", peer("c"), "as long as the connection lasts");
    }

    /** Of a connection that nobody has accepted, or that the server has closed, the kernel's table shows one end alone. */
    @Test
    void aClientIsToldTheNameBeforeAndAfterTheServersEnd() throws IOException {
        Files.createDirectory(directory.resolve("d"));
        assertEquals(0, bind("s", "d/../d/x"));
        child.run("s.listen(); c = socket.socket(1)");
        assertEquals(0, connect("c", "d/x"));
        assertEquals("d/../d/x", peer("c"), "not accepted");
        child.run("a = s.accept()[0]; a.close(); s.close()");
        assertEquals("d/../d/x", peer("c"), "closed");
    }

    /** Programs elsewhere answer to a datagram's source address, so it should be what the sender chose. */
    @Test
    void theKernelKeepsASteadyPathAsItIs() throws IOException {
        String path = "/tmp/sluice-" + child.pid();
        try {
            assertEquals(0, bind("s", path));
            boolean root = child.number("os.geteuid()") == 0;
            String kept = root ? path.substring("/tmp/".length()) : path;
            assertEquals("'" + kept + "'", child.run("s.getsockname()"), "root may change /");
            assertEquals(path, local("s"));
        } finally {
            Files.deleteIfExists(Path.of(path));
        }
    }

    /** The rights of a root supervisor are not those of its target. */
    @Test
    void bindsWithTheTargetsCapabilities() throws IOException {
        boolean root = child.number("os.geteuid()") == 0;
        Files.createDirectory(directory.resolve("d"));
        child.run(root ? "os.chown('d', 1, 1)" : "os.chmod('d', 0o500)");
        child.run("libc = ctypes.CDLL(None); h = (ctypes.c_uint32 * 2)(0x20080522, 0); d = (ctypes.c_uint32 * 6)()");
        assertEquals("0", child.run("libc.syscall(126, h, d)"), "capset");
        assertEquals("EACCES", child.run("socket.socket(1).bind('d/x')"));
        assertEquals(-Errno.EACCES, bind("s", "d/x"));
    }

    @Test
    void bindsUnderTheTargetsDomain() throws IOException {
        long makeSocket = 1L << 9;
        Block attributes = Block.allocate(8).putLong(0, makeSocket);
        int ruleset = (int) SysException.check(
                "landlock", Linux.call(Nr.LANDLOCK_CREATE_RULESET, attributes.address(), attributes.size(), 0));
        try (PinnedSocket socket = pin("s");
                PinnedPath parent = walk("x", Last.PARENT).get()) {
            UnixPath path = new UnixPath(Bytes.utf8("x"));
            assertEquals(-Errno.EACCES, calls.bind(socket, target, path, parent, ruleset));
            assertEquals(0, calls.bind(socket, target, path, parent, UnixCalls.NO_RULESET));
        } finally {
            Linux.close(ruleset);
        }
    }

    @Test
    void theMapIsBounded() throws IOException {
        Files.createDirectory(directory.resolve("d"));
        child.run("k = [socket.socket(1) for i in range(5)]");
        for (int i = 0; i < 3; i++) {
            assertEquals(0, bind("k[" + i + "]", "d/" + i));
        }
        child.run("k[0].close()");
        assertEquals(0, bind("k[3]", "d/3"));
        assertEquals(3, names.size(), "what is gone has made room");
        assertEquals("d/1", local("k[1]"));
        assertEquals(0, bind("k[4]", "d/4"));
        assertEquals(3, names.size());
        assertEquals("1", local("k[1]"), "the oldest had to go");
        assertEquals("d/4", local("k[4]"));
    }

    @Test
    void connectsAndIsRefusedAsNatively() throws IOException {
        Files.createFile(directory.resolve("file"));
        child.run("l = socket.socket(1); l.bind('l'); l.listen(); q = socket.socket(1, 2); q.bind('q')");
        child.run("n = socket.socket(1); n.bind('n'); os.symlink('l', 'link'); os.symlink('x', 'dangling')");
        for (String path : new String[] {"file", "l", "link", "q", "n", "none", "dangling", "file/", ".", "l/x"}) {
            child.run("t = socket.socket(1)");
            String here = child.run("socket.socket(1).connect('" + path + "')").replace("None", "ok");
            assertEquals(here, name(connect("t", path)), path);
        }
        child.run("t = socket.socket(1)");
        assertEquals(0, connect("t", "l"));
        assertEquals("'l'", child.run("t.getpeername()"));
    }

    /** A listener whose queue is full makes connect(2) wait, and nobody accepts. */
    @Test
    @Timeout(60)
    void aConnectThatWaitsIsCancelledAndMadeAgain() throws Exception {
        child.run("l = socket.socket(1); l.bind('l'); l.listen(0); w = socket.socket(1); w.connect('l')");
        try (PinnedSocket socket = pin("s");
                PinnedPath object = walk("l", Last.FOLLOW).get()) {
            for (int i = 0; i < 20; i++) {
                Interruption interruption = interruptions.watch(target.tid(), null);
                CompletableFuture<Integer> result =
                        CompletableFuture.supplyAsync(() -> calls.connect(socket, object, interruption));
                while (interruptions.size() == 0) {
                    Thread.onSpinWait();
                }
                interruption.cancel();
                assertEquals(-Errno.EINTR, result.get());
                assertEquals(Interruption.Cause.CANCELLED, interruption.cause());
            }
            child.run("a = l.accept()[0]");
            assertEquals(0, calls.connect(socket, object, interruptions.watch(target.tid(), null)));
        }
        assertEquals("'l'", child.run("s.getpeername()"));
    }

    @Test
    void leavesNoDescriptorAndNoChildBehind() throws IOException {
        bind("s", "x");
        connect("s", "x");
        Descriptors before = Descriptors.now();
        long children = ProcessHandle.current().children().count();
        for (int i = 0; i < 50; i++) {
            child.run("s = socket.socket(1)");
            assertEquals(0, bind("s", "x" + i));
            child.run("t = socket.socket(1)");
            assertEquals(-Errno.ECONNREFUSED, connect("t", "x" + i));
            assertEquals(-Errno.EADDRINUSE, bind("t", "x" + i));
        }
        before.assertNoMore();
        assertEquals(children, ProcessHandle.current().children().count());
    }

    /** The object is judged, then the path leads elsewhere: the connection goes to what was judged. */
    @Test
    void anExchangedPathChangesNoConnect() throws IOException {
        child.run("g = socket.socket(1); g.bind('good'); g.listen(); e = socket.socket(1); e.bind('evil'); e.listen()");
        child.run("os.symlink('good', 'way'); e.setblocking(False)");
        try (PinnedSocket socket = pin("s");
                PinnedPath judged = walk("way", Last.FOLLOW).get()) {
            child.run("os.unlink('way'); os.symlink('evil', 'way'); os.rename('good', 'old'); os.link('evil', 'good')");
            assertEquals(0, calls.connect(socket, judged, interruptions.watch(target.tid(), null)));
        }
        assertEquals("'good'", child.run("s.getpeername()"));
        assertEquals("EAGAIN", child.run("e.accept()"));
    }

    @Test
    void anExchangedDirectoryChangesNoBind() throws IOException {
        child.run("os.mkdir('good'); os.mkdir('evil'); os.symlink('good', 'way')");
        try (PinnedSocket socket = pin("s");
                PinnedPath parent = walk("way/x", Last.PARENT).get()) {
            child.run(
                    "os.unlink('way'); os.symlink('evil', 'way'); os.rename('good', 'old'); os.symlink('evil', 'good')");
            UnixPath path = new UnixPath(Bytes.utf8("way/x"));
            assertEquals(0, calls.bind(socket, target, path, parent, UnixCalls.NO_RULESET));
        }
        assertEquals("(['x'], [])", child.run("(os.listdir('old'), os.listdir('evil'))"));
    }

    /** A link that flips all the time leads to one of two directories; what was judged is where the socket is. */
    @Test
    void aFlippingLinkNeverPartsJudgementAndBind() throws Exception {
        Path way = directory.resolve("way");
        Files.createDirectory(directory.resolve("good"));
        Files.createDirectory(directory.resolve("evil"));
        Files.createSymbolicLink(way, Path.of("good"));
        AtomicBoolean stop = new AtomicBoolean();
        Thread flipper = new Thread(() -> flip(way, stop));
        flipper.start();
        try {
            for (int i = 0; i < 500; i++) {
                child.run("s = socket.socket(1)");
                String path = "way/" + i;
                try (PinnedSocket socket = pin("s");
                        PinnedPath parent = walk(path, Last.PARENT).get()) {
                    assertEquals(
                            0,
                            calls.bind(socket, target, new UnixPath(Bytes.utf8(path)), parent, UnixCalls.NO_RULESET));
                    Path judged = Path.of(parent.canonical().orElseThrow().decode());
                    assertTrue(Files.exists(judged, LinkOption.NOFOLLOW_LINKS), path);
                }
            }
        } finally {
            stop.set(true);
            flipper.join();
        }
    }

    private static void flip(Path way, AtomicBoolean stop) {
        try {
            for (int i = 0; !stop.get(); i++) {
                Path other = way.resolveSibling("other");
                Files.createSymbolicLink(other, Path.of(i % 2 == 0 ? "evil" : "good"));
                Files.move(other, way, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int bind(String socket, String path) throws IOException {
        Attempt<PinnedPath> parent = walk(path, Last.PARENT);
        if (!parent.succeeded()) {
            return -parent.errno();
        }
        try (PinnedSocket pinned = pin(socket);
                PinnedPath where = parent.get()) {
            return calls.bind(pinned, target, new UnixPath(Bytes.utf8(path)), where, UnixCalls.NO_RULESET);
        }
    }

    private int connect(String socket, String path) throws IOException {
        Attempt<PinnedPath> object = walk(path, Last.FOLLOW);
        if (!object.succeeded()) {
            return -object.errno();
        }
        try (PinnedSocket pinned = pin(socket);
                PinnedPath where = object.get()) {
            return calls.connect(pinned, where, interruptions.watch(target.tid(), null));
        }
    }

    private Attempt<PinnedPath> walk(String path, Last last) {
        return walker.walk(target, PathWalker.AT_FDCWD, Bytes.utf8(path), last);
    }

    private String local(String socket) throws IOException {
        try (PinnedSocket pinned = pin(socket)) {
            return names.local(pinned).get().toString();
        }
    }

    private String peer(String socket) throws IOException {
        try (PinnedSocket pinned = pin(socket)) {
            return names.peer(pinned).get().toString();
        }
    }

    private String name(int result) throws IOException {
        return result == 0
                ? "ok"
                : child.run("errno.errorcode[" + -result + "]").replace("'", "");
    }

    private PinnedSocket pin(String socket) throws IOException {
        return PinnedSocket.pin(pidfds, child.pid(), child.number(socket + ".fileno()"))
                .get();
    }
}
