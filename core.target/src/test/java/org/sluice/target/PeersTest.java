package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address.UnixAbstract;
import org.sluice.notify.Bytes;

/** Sockets of this process, connected in the name of two others. */
@Timeout(60)
class PeersTest {

    private static final int CAPACITY = 4;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;

    private final UnixTable table = new UnixTable();
    private final Peers peers = new Peers(table, CAPACITY);
    private final Pidfds pidfds = new Pidfds(8);
    private final UnixAbstract name = new UnixAbstract(
            Bytes.utf8("sluice-peers-" + ProcessHandle.current().pid() + "-" + System.nanoTime()));
    private final List<PinnedSocket> open = new ArrayList<>();
    private Child first;
    private Child second;
    private PinnedSocket listener;

    @BeforeEach
    void start() throws IOException {
        first = new Child();
        second = new Child();
        listener = socket();
        Block address = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(name, address);
        SysException.check("bind", address.with(at -> Linux.call(Nr.BIND, listener.fd(), at, length)));
        assertEquals(0, peers.listen(listener, party(first), () -> (int) Linux.call(Nr.LISTEN, listener.fd(), 64)));
    }

    @AfterEach
    void stop() throws Exception {
        open.forEach(PinnedSocket::close);
        peers.close();
        pidfds.close();
        table.close();
        first.close();
        second.close();
    }

    private PinnedSocket socket() {
        int fd = (int) SysException.check(
                "socket", Linux.call(Nr.SOCKET, SocketAddresses.AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        return keep(fd);
    }

    private PinnedSocket keep(int fd) {
        PinnedSocket socket = PinnedSocket.adopt(fd).get();
        open.add(socket);
        return socket;
    }

    private Peers.Party party(Child child) {
        try (Pidfd pidfd = pidfds.acquire(child.pid()).get()) {
            return peers.party(child.pid(), pidfd).get();
        }
    }

    private PinnedSocket connect(Child child) {
        PinnedSocket client = socket();
        Block address = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(name, address);
        int result = peers.connect(client, party(child), null, name, () ->
                (int) address.with(at -> Linux.call(Nr.CONNECT, client.fd(), at, length)));
        assertEquals(0, result);
        return client;
    }

    private PinnedSocket accept() {
        return keep(
                (int) SysException.check("accept", Linux.call(Nr.ACCEPT4, listener.fd(), 0, 0, SOCK_CLOEXEC, 0, 0)));
    }

    private Optional<Integer> told(PinnedSocket socket) {
        return peers.of(socket).map(Peers.Party::pid);
    }

    @Test
    void bothEndsAreToldApart() {
        PinnedSocket one = connect(second);
        PinnedSocket other = connect(first);
        assertEquals(Optional.of(second.pid()), told(accept()));
        assertEquals(Optional.of(first.pid()), told(accept()));
        assertEquals(Optional.of(first.pid()), told(one), "who listens");
        assertEquals(Optional.of(first.pid()), told(other), "who listens");
        assertEquals(Optional.of(first.pid()), told(listener));
    }

    @Test
    void aClosedClientIsKnownIfNobodyElseCouldBeMeant() {
        connect(second).close();
        PinnedSocket one = accept();
        PinnedSocket other = connect(first);
        assertEquals(Optional.of(second.pid()), told(one));
        assertEquals(Optional.of(first.pid()), told(accept()));
        other.close();
        assertEquals(Optional.of(second.pid()), told(one), "asked again");
    }

    @Test
    void nothingIsConcludedWhereTwoCouldBeMeant() {
        connect(first).close();
        connect(second).close();
        assertEquals(Optional.empty(), told(accept()));
        PinnedSocket socket = accept();
        assertEquals(Optional.empty(), told(socket));
        assertEquals(-61, peers.pidfd(socket));
    }

    @Test
    void nothingIsConcludedWhereSomethingIsForgotten() {
        for (int i = 0; i <= CAPACITY; i++) {
            connect(first).close();
        }
        connect(second).close();
        for (int i = 0; i <= CAPACITY + 1; i++) {
            assertEquals(Optional.empty(), told(accept()), "connection " + i);
        }
        assertTrue(peers.size() <= 2 * CAPACITY, "kept " + peers.size());
        connect(second);
        assertEquals(Optional.of(second.pid()), told(accept()), "an open connection is found all the same");
    }

    @Test
    void whatFailedLeavesNoTrace() {
        int before = peers.size();
        PinnedSocket client = socket();
        assertEquals(-Errno.EACCES, peers.connect(client, party(first), null, name, () -> -Errno.EACCES));
        assertEquals(-Errno.EINVAL, peers.listen(client, party(first), () -> -Errno.EINVAL));
        assertEquals(before, peers.size());
        PinnedSocket connected = connect(second);
        assertEquals(-Errno.EISCONN, peers.connect(connected, party(first), null, name, () -> -Errno.EISCONN));
        assertEquals(Optional.of(second.pid()), told(accept()), "who connected, not who tried again");
        assertEquals(-Errno.EINVAL, peers.listen(listener, party(second), () -> -Errno.EINVAL));
        assertEquals(Optional.of(first.pid()), told(listener));
    }

    @Test
    void aDescriptorRefersToTheProcessAlsoAfterItsEnd() throws Exception {
        connect(second);
        PinnedSocket socket = accept();
        second.close();
        int pidfd = peers.pidfd(socket);
        assertTrue(pidfd >= 0, "errno " + -pidfd);
        assertEquals(-Errno.ESRCH, Linux.call(Nr.PIDFD_SEND_SIGNAL, pidfd, 0, 0, 0, 0, 0));
        Linux.close(pidfd);
        assertEquals(Optional.of(second.pid()), told(socket));
    }
}
