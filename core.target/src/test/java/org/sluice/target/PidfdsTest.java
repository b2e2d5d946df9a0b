package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

class PidfdsTest {

    private final int self = (int) Linux.call(Nr.GETTID, 0);

    @Test
    void copiesADescriptorOfAThreadThatIsNoLeader() throws IOException {
        Descriptors before = Descriptors.now();
        try (Pidfds pidfds = new Pidfds(4)) {
            int copy = pidfds.getfd(self, 0);
            assertTrue(copy > 2, () -> "got " + copy);
            Linux.close(copy);
            assertEquals(-Errno.EBADF, pidfds.getfd(self, 1_000_000));
            assertEquals(1, pidfds.size());
        }
        before.assertNoMore();
    }

    @Test
    void aDeadThreadIsGone() throws Exception {
        try (Pidfds pidfds = new Pidfds(4)) {
            Child child = new Child();
            Linux.close(pidfds.getfd(child.pid(), 0));
            child.kill();
            assertEquals(-Errno.ESRCH, pidfds.getfd(child.pid(), 0));
            assertEquals(0, pidfds.size(), "what is dead is not kept");
        }
    }

    /** A pidfd of a dead thread in the cache is what remains when its number is given to another thread. */
    @Test
    void aStaleOneIsReplaced() throws Exception {
        try (Pidfds pidfds = new Pidfds(4);
                Child alive = new Child()) {
            Child dead = new Child();
            int stale = (int) Linux.call(Nr.PIDFD_OPEN, dead.pid(), 0);
            dead.kill();
            pidfds.remember(new Pidfd(alive.pid(), stale));
            int copy = pidfds.getfd(alive.pid(), 0);
            assertTrue(copy >= 0, () -> "got " + copy);
            Linux.close(copy);
        }
    }

    /** The process of who has the number now, whoever had it before. */
    @Test
    void theLeaderIsThatOfTheNumbersOwner() throws Exception {
        Descriptors before = Descriptors.now();
        try (Pidfds pidfds = new Pidfds(4);
                Child alive = new Child()) {
            assertEquals(ProcessHandle.current().pid(), pidfds.leader(self));
            assertEquals(ProcessHandle.current().pid(), pidfds.leader(self), "from the cache");
            for (int flags : new int[] {0, 0x80}) {
                Child dead = new Child();
                int stale = (int) Linux.call(Nr.PIDFD_OPEN, dead.pid(), flags);
                int other =
                        (int) Linux.call(Nr.PIDFD_OPEN, ProcessHandle.current().pid(), 0);
                dead.kill();
                pidfds.remember(new Pidfd(alive.pid(), stale));
                assertEquals(alive.pid(), pidfds.leader(alive.pid()));
                pidfds.remember(new Pidfd(alive.pid(), other));
                assertEquals(alive.pid(), pidfds.leader(alive.pid()), "one that means somebody else");
                assertEquals(0, pidfds.leader(dead.pid()));
            }
        }
        before.assertNoMore();
    }

    @Test
    void theOneUnusedForLongestGoesAndOneInUseStaysOpen() throws Exception {
        List<Child> children = new ArrayList<>();
        try (Pidfds pidfds = new Pidfds(2)) {
            for (int i = 0; i < 3; i++) {
                children.add(new Child());
            }
            Pidfd first = pidfds.acquire(children.get(0).pid()).get();
            pidfds.acquire(children.get(1).pid()).get().close();
            pidfds.acquire(children.get(2).pid()).get().close();
            assertEquals(2, pidfds.size());
            assertTrue(Linux.call(Nr.PIDFD_GETFD, first.fd(), 0, 0) >= 0, "still open for its user");
            first.close();
            assertEquals(-Errno.EBADF, Linux.call(Nr.PIDFD_GETFD, first.fd(), 0, 0));
        } finally {
            for (Child child : children) {
                child.close();
            }
        }
    }

    /** With room for one, every call of one thread evicts what the other uses. */
    @Test
    void noThreadClosesWhatAnotherUses() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Pidfds pidfds = new Pidfds(1);
                Child one = new Child();
                Child two = new Child()) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int pid : new int[] {one.pid(), two.pid(), self}) {
                work.add(() -> failures(pidfds, pid));
            }
            for (Future<Integer> result : threads.invokeAll(work)) {
                assertEquals(0, result.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    private static int failures(Pidfds pidfds, int pid) {
        int failures = 0;
        for (int i = 0; i < 5_000; i++) {
            int copy = pidfds.getfd(pid, 0);
            if (copy < 0) {
                failures++;
            } else {
                Linux.close(copy);
            }
        }
        return failures;
    }

    @Test
    void nothingIsOpenedAfterTheEnd() throws IOException {
        Pidfds pidfds = new Pidfds(4);
        pidfds.close();
        Descriptors before = Descriptors.now();
        assertEquals(-Errno.ESRCH, pidfds.getfd(self, 0));
        before.assertNoMore();
    }
}
