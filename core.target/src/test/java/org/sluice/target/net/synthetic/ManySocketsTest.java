package org.sluice.target.net.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.target.net.Topology;

/** Many synthetic sockets, at once or one after another, cost little, and nothing is left of them. */
class ManySocketsTest extends Furnished {

    private static final int FLOOD = Integer.getInteger("sluice.flood.requests", 20_000);
    private static final int COMING = Integer.getInteger("sluice.soak.sockets", 10_000);
    private static final int F_GETFL = 3;
    private static final int SHUT_RDWR = 2;

    /** Sockets that listen come and go while the interfaces change: nobody is in anybody's way. */
    @Test
    void changesAreToldWhileListenersComeAndGo() throws Exception {
        FutureTask<Integer> coming = new FutureTask<>(() -> {
            int told = 0;
            for (int i = 0; i < 3000; i++) {
                try (Asker asker = Asker.of(network)) {
                    asker.set(1, 1);
                    if (i % 3 == 0) {
                        SysException.check("shutdown", Linux.call(Nr.SHUTDOWN, asker.fd(), SHUT_RDWR));
                    } else {
                        told += asker.waiting() > 0 ? 1 : 0;
                    }
                }
            }
            return told;
        });
        new Thread(coming).start();
        int changes = 0;
        while (!coming.isDone()) {
            network.set("eth0", changes++ % 2 == 0);
        }
        coming.get();
        assertTrue(changes > 0);
        try (Asker asker = Asker.of(network)) {
            assertEquals(3, asker.ask(LIST).size());
        }
    }

    /** Several threads use one socket at once; all that they get is whole. */
    @Test
    void severalThreadsShareASocket() throws Exception {
        try (Asker asker = Asker.of(network)) {
            List<Thread> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean settles = i == 0;
                Thread thread = new Thread(() -> {
                    for (int n = 0; n < 3000; n++) {
                        SysException.check("send", asker.send(LIST));
                        if (settles) {
                            network.settle(asker.keeper());
                        }
                    }
                });
                thread.start();
                all.add(thread);
            }
            while (all.stream().anyMatch(Thread::isAlive)) {
                asker.drain(datagram -> RequestFuzzer.check(datagram, PID));
            }
            asker.drain(datagram -> RequestFuzzer.check(datagram, PID));
            assertEquals(3, asker.ask(LIST).size());
        }
    }

    /** One socket is kept while thousands come and go; nothing is left of these. */
    @Test
    void aSocketOutlivesThousands() {
        try (Asker kept = Asker.of(network)) {
            assertEquals(3, kept.ask(LIST).size());
            long before = descriptors();
            // Others of this virtual machine have some, too.
            long sockets = instances(SyntheticSocket.class.getName());
            for (int i = 0; i < COMING; i++) {
                try (Asker asker = Asker.of(network)) {
                    if (i % 10 == 0) {
                        assertEquals(3, asker.ask(LIST).size());
                    }
                    int port = 5000 + i % 7;
                    if (i % 10 != 0) {
                        // Who had it is gone, which this side's thread may learn a moment later.
                        await(() -> asker.keeper().bind(port, 0, PID) == 0);
                    }
                }
                if (i % 100 == 0) {
                    assertEquals(3, kept.ask(LIST).size());
                }
            }
            await(() -> descriptors() <= before);
            await(() -> instances(SyntheticSocket.class.getName()) <= sockets);
        }
    }

    /** How many objects of a class are reachable. */
    private static long instances(String type) {
        Object told;
        try {
            told = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
        return String.valueOf(told)
                .lines()
                .map(line -> line.strip().split(" +", -1))
                .filter(words -> words.length > 3 && words[3].equals(type))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }

    /** Requests that nobody reads the answers of: all are taken, nothing grows, and others are served meanwhile. */
    @Test
    void aFloodDelaysNobodyElse() throws Exception {
        SyntheticNetwork other = new SyntheticNetwork("other");
        other.furnish(Topology.loopback());
        try (Asker flooding = Asker.of(network);
                Asker asking = Asker.of(other)) {
            long before = descriptors();
            Thread flood = new Thread(() -> {
                for (int i = 0; i < FLOOD; i++) {
                    SysException.check("send", flooding.send(LIST));
                }
            });
            flood.start();
            int answered = 0;
            do {
                assertEquals(2, asking.ask(LIST).size());
                answered++;
            } while (flood.isAlive());
            flood.join();
            assertTrue(answered > 0);
            long after = descriptors();
            // Something of the virtual machine's own may have been closed meanwhile.
            assertTrue(after <= before, after + " of " + before);
            // What is read of it is whole, and the socket goes on.
            flooding.drain(datagram -> RequestFuzzer.check(datagram, PID));
            assertEquals(3, flooding.ask(LIST).size());
        } finally {
            other.close();
        }
    }

    /** One thread for a thousand sockets, and nothing is left of them. */
    @Test
    void aThousandSocketsHaveOneThread() {
        long before = descriptors();
        List<Asker> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(Asker.of(network));
        }
        assertEquals(3, many.get(999).ask(LIST).size());
        assertEquals(3, many.get(0).ask(LIST).size());
        assertEquals(
                1,
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("sluice-netlink-test"))
                        .count());
        many.forEach(Asker::close);
        // The thread's own two are still there.
        await(() -> descriptors() <= before + 2);
        network.close();
        await(() -> descriptors() <= before);
    }

    /** Who has let go of a socket finds others ready, which are as new as any; few, and not for long. */
    @Test
    void socketsLieReadyForWhoComesAgain() {
        long before = descriptors();
        for (int i = 0; i < 2000; i++) {
            boolean nonBlocking = i % 3 == 0;
            int fd = network.open(SOCK_RAW, nonBlocking, PID).get();
            try (Asker asker = new Asker(fd, network.find(Asker.cookie(fd)).orElseThrow())) {
                SyntheticSocket socket = asker.keeper();
                assertEquals(nonBlocking ? 0x802 : 2, Linux.call(Nr.FCNTL, fd, F_GETFL), "the flags of socket " + i);
                assertEquals(0, socket.port() | socket.groups() | asker.waiting());
                assertArrayEquals(new int[] {0}, socket.get(11));
                asker.set(1, 1);
                asker.set(11, 1);
                assertEquals(0, network.answer(socket, LIST) - LIST.length);
            }
            assertTrue(network.readySize() <= ReadySockets.MOST);
        }
        // The last that was closed is noticed by this side's thread, which then makes others.
        await(() -> network.readySize() > ReadySockets.MOST / 2);
        await(() -> network.readySize() == 0);
        await(() -> descriptors() <= before + 2);
    }

    /** Those that lie ready end with the network. */
    @Test
    void whatLiesReadyIsClosedWithTheNetwork() {
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            SyntheticNetwork brief = new SyntheticNetwork("brief");
            Linux.close(brief.open(SOCK_RAW, false, PID).get());
            if (i % 2 == 0) {
                await(() -> brief.readySize() > 0);
            }
            brief.close();
            assertEquals(0, brief.readySize());
            assertEquals(Errno.EPERM, brief.open(SOCK_RAW, false, PID).errno());
        }
        await(() -> descriptors() <= before);
    }
}
