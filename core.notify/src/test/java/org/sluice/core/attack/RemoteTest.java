package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A remote address is never translated: a supervisor in a network namespace of its own, with a neighbour that has the very
 * port that the sandbox knows by another number. The namespace is made by {@code remote.sh}.
 */
class RemoteTest {

    private static final String PROFILE =
            """
            "network": { "connect": "allow", "bind": "allow", "send": "allow" }, "unix": { "default": "allow" },
            "datagram": "rules", "handlers": { "bind": {}, "connect": {}, "portmap": { "peers": true, "files": false }, "unix": {} }
            """;

    /** The servers of the sandbox say "own". */
    private static final String PROGRAM =
            """
            import signal
            P = 5000
            t, u = opened(2, 1, ('0.0.0.0', P)), opened(2, 2, ('0.0.0.0', P)); t.listen()
            def real(s, table): return [int(l.split()[1].split(':')[1], 16) for l in open('/proc/net/' + table)
                if l.split()[9] == str(os.fstat(s.fileno()).st_ino)][0]
            R, U = real(t, 'tcp'), real(u, 'udp')
            print('mapped', R != P, U != P, port(t) == P, port(u) == P)
            child = os.fork()
            if child == 0:
                while True: t.accept()[0].sendall(b'own')
            for ip in '127.0.0.1', '192.0.2.1', '192.0.2.2':
                c = socket.create_connection((ip, P)); print(ip, c.recv(9), c.getpeername() == (ip, P))
            os.kill(child, signal.SIGKILL)
            v = opened(2, 2, ('0.0.0.0', 0)); v.settimeout(30)
            v.sendto(b'x', ('192.0.2.2', P)); print(*v.recvfrom(9)); v.sendmsg([b'x'], [], 0, ('192.0.2.2', P)); print(*v.recvfrom(9))
            v.sendto(b'x', ('192.0.2.1', P)); print(u.recvfrom(9)[1][1] == port(v))
            # The numbers by which others know the sandbox's own servers.
            v.connect(('192.0.2.2', U)); print(v.getpeername() == ('192.0.2.2', U))
            v.connect(('192.0.2.1', U)); print(v.getpeername() == ('192.0.2.1', P))
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNeighbourIsReachedAtThePortThatWasNamed(boolean own) throws Exception {
        Path script = folder.resolve("remote.sh");
        try (InputStream text = Objects.requireNonNull(RemoteTest.class.getResourceAsStream("/attack/remote.sh"))) {
            Files.write(script, text.readAllBytes());
        }
        Recorded recorded = Recorded.python(
                folder,
                own,
                PROFILE,
                PROGRAM,
                "sh",
                script.toString(),
                folder.resolve("log").toString());
        assertEquals(
                List.of(
                        "mapped True True True True",
                        "127.0.0.1 b'own' True",
                        "192.0.2.1 b'own' True",
                        "192.0.2.2 b'far' True",
                        "b'far' ('192.0.2.2', 5000)",
                        "b'far' ('192.0.2.2', 5000)",
                        "True",
                        "True",
                        "True"),
                recorded.output());
    }
}
