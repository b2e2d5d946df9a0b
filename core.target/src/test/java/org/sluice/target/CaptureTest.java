package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;

/** What a listener says is tested with one, in the core. */
class CaptureTest {

    private static final int NO_LISTENER = -1;

    private final Pidfds pidfds = new Pidfds(8);
    private final Capture capture = Capture.ofThread();
    private final Block into = Block.allocate(16);
    private Child child;
    private long text;

    @BeforeEach
    void start() throws IOException {
        child = new Child();
        child.run("s = socket.socket(); b = ctypes.create_string_buffer(b'abc')");
        text = Long.parseLong(child.run("ctypes.addressof(b)"));
    }

    @AfterEach
    void stop() throws Exception {
        child.close();
        pidfds.close();
    }

    @Test
    void takesTheSocketAndTheMemory() throws IOException {
        int number = child.number("s.fileno()");
        try (PinnedSocket socket = take(child.pid(), number, text, 4).get();
                PinnedSocket same =
                        PinnedSocket.pin(pidfds, child.pid(), number).get()) {
            assertEquals(same.cookie(), socket.cookie());
            assertEquals(2, socket.domain());
        }
        take(child.pid(), number, text, 4).get().close();
        assertEquals(0, capture.read());
        assertArrayEquals("abc\0".getBytes(StandardCharsets.US_ASCII), into.get(0, 4));
    }

    /** No listener confirms that the numbers meant the caller. */
    @Test
    void saysThatNobodyWaits() throws IOException {
        take(child.pid(), child.number("s.fileno()"), text, 4).get().close();
        assertFalse(capture.waits());
    }

    @Test
    void leavesNothingOpenOfWhatIsNoSocket() throws IOException {
        take(child.pid(), 0, text, 4);
        Descriptors before = Descriptors.now();
        into.putLong(0, 0);
        // Standard input is a pipe.
        assertEquals(Errno.ENOTSOCK, take(child.pid(), 0, text, 4).errno());
        assertEquals(0, capture.read(), "connect(2) reads its address first");
        assertEquals('a', into.getByte(0));
        assertEquals(Errno.EBADF, take(child.pid(), 999, text, 4).errno());
        before.assertNoMore();
    }

    @Test
    void readsAllOrNothing() throws IOException {
        int number = child.number("s.fileno()");
        child.run("import mmap");
        child.run("m = mmap.mmap(-1, 4096); p = ctypes.addressof(ctypes.c_char.from_buffer(m))");
        child.run("ctypes.CDLL(None).mprotect(ctypes.c_void_p(p), 4096, 0)");
        long unreadable = Long.parseLong(child.run("p"));
        for (long from : new long[] {0, -4096, unreadable}) {
            take(child.pid(), number, from, 4).get().close();
            assertEquals(-Errno.EFAULT, capture.read());
        }
        take(child.pid(), number, 0, 0).get().close();
        assertEquals(0, capture.read(), "nothing is read of nothing");
    }

    @Test
    void knowsWhoIsGone() throws Exception {
        int number = child.number("s.fileno()");
        take(child.pid(), number, text, 4).get().close();
        child.kill();
        assertEquals(Errno.ESRCH, take(child.pid(), number, text, 4).errno());
    }

    private Attempt<PinnedSocket> take(int tid, int number, long from, int length) {
        return capture.take(pidfds, tid, number, from, into, length, NO_LISTENER, 1);
    }
}
