package org.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel reports arrives with the key that it was registered with. */
class EpollTest {

    private static final int PIPES = 100;

    /** More than 32 bits, so that a key that is put at the wrong place is another one. */
    private static final long FIRST = 0x1234_5678_9abc_def0L;

    private final Epoll epoll = new Epoll();
    private final List<Descriptor> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Descriptor::close);
        epoll.close();
    }

    private Descriptor[] pipe() {
        Block ends = Block.allocate(8);
        SysException.check("pipe2", ends.with(at -> Linux.call(Nr.PIPE2, at, 0x80000)));
        Descriptor[] pipe = {new Descriptor(ends.getInt(0)), new Descriptor(ends.getInt(4))};
        opened.addAll(List.of(pipe));
        return pipe;
    }

    private static void write(Descriptor pipe) {
        Block one = Block.allocate(1);
        assertEquals(1, one.with(at -> Linux.call(Nr.WRITE, pipe.fd(), at, 1)));
    }

    private static void read(Descriptor pipe) {
        Block one = Block.allocate(1);
        assertEquals(1, one.with(at -> Linux.call(Nr.READ, pipe.fd(), at, 1)));
    }

    @Test
    void eachDescriptorIsReportedUnderItsKey() {
        List<Descriptor[]> pipes = new ArrayList<>();
        for (int i = 0; i < PIPES; i++) {
            Descriptor[] pipe = pipe();
            pipes.add(pipe);
            assertEquals(0, epoll.add(pipe[0].fd(), Epoll.IN, FIRST + i));
            write(pipe[1]);
        }
        Map<Long, Integer> reported = new HashMap<>();
        while (reported.size() < PIPES) {
            assertTrue(epoll.await((key, events) -> {
                reported.put(key, events);
                read(pipes.get((int) (key - FIRST))[0]);
            }));
        }
        for (int i = 0; i < PIPES; i++) {
            assertEquals(Epoll.IN, reported.get(FIRST + i));
        }
    }

    @Test
    void whatIsWaitedForCanBeChangedAndTakenBack() {
        Descriptor[] pipe = pipe();
        Descriptor[] other = pipe();
        assertEquals(0, epoll.add(pipe[1].fd(), Epoll.OUT, 1));
        assertEquals(0, epoll.add(other[0].fd(), Epoll.IN, 2));
        Map<Long, Integer> reported = new HashMap<>();
        epoll.await(reported::put);
        assertEquals(Map.of(1L, Epoll.OUT), reported);
        assertEquals(0, epoll.change(pipe[1].fd(), 0, 1));
        write(other[1]);
        reported.clear();
        epoll.await(reported::put);
        assertEquals(Map.of(2L, Epoll.IN), reported);
        epoll.remove(other[0].fd());
        epoll.remove(other[0].fd());
        // What is gone is reported unasked.
        opened.get(0).close();
        reported.clear();
        epoll.await(reported::put);
        assertEquals(Map.of(1L, Epoll.ERR), reported);
        assertEquals(-Errno.ENOENT, epoll.change(other[0].fd(), Epoll.IN, 2));
        assertEquals(-Errno.EEXIST, epoll.add(pipe[1].fd(), Epoll.IN, 3));
        assertThrows(IllegalArgumentException.class, () -> epoll.add(other[0].fd(), Epoll.IN, -1));
    }

    @Test
    void whoWaitsIsToldToStopForGood() throws Exception {
        FutureTask<Boolean> waiting = new FutureTask<>(() -> epoll.await((key, events) -> {}));
        new Thread(waiting).start();
        epoll.stop();
        assertFalse(waiting.get());
        assertFalse(epoll.await((key, events) -> {}));
        epoll.close();
        epoll.stop();
        epoll.close();
        assertThrows(IllegalStateException.class, () -> epoll.await((key, events) -> {}));
    }
}
