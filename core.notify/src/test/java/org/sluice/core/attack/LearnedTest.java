package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Safe bind on the real kernel, for root and for an ordinary user: nothing may be connected to but what the sandbox bound,
 * in every way to bind and for as long as the socket lives. Where nobody listens an allowed connect(2) is ECONNREFUSED; one
 * to the wildcard address goes to loopback, and is judged so.
 */
class LearnedTest {

    private static final String NOTHING_BUT_BIND =
            """
            "network": { "connect": "deny", "bind": "allow", "send": "deny",
                "rules": ["allow bind /**", "allow bind @sluice-**", "allow bind !unnamed",
                    "deny connect 127.0.0.9/32!*"] },
            "unix": { "default": "deny" }, "datagram": "rules",
            "handlers": { "bind": { "safe": %s }, "connect": {}, "portmap": { "files": false }, "unix": {} }
            """;

    @TempDir
    private Path folder;

    private Recorded run(boolean own, boolean safe, String program) throws Exception {
        return Recorded.python(folder, own, NOTHING_BUT_BIND.formatted(safe), program);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsBoundMayBeConnectedToAndNothingBesideIt(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                true,
                """
                def all(p): return ([reach((a, p)) for a in ('127.0.0.1', '127.0.0.2', '0.0.0.0')]
                    + [reach((a, p), 10) for a in ('::1', '::', '::ffff:127.0.0.1')] + [reach(('127.0.0.1', p ^ 1))])
                print(all(1))
                for family, address in ((2, '127.0.0.1'), (2, '0.0.0.0'), (10, '::1'), (10, '::'), (10, '::ffff:127.0.0.1')):
                    with opened(family, 1, (address, 0)) as s: print(address, *all(port(s)))
                s = socket.socket(10); s.setsockopt(41, 26, 1); s.bind(('::', 0))
                print('v6 only', *all(port(s)))
                """);
        String no = "EACCES";
        String yes = "ECONNREFUSED";
        assertEquals(
                List.of(
                        "['EACCES', 'EACCES', 'EACCES', 'EACCES', 'EACCES', 'EACCES', 'EACCES']",
                        String.join(" ", "127.0.0.1", yes, no, yes, no, no, yes, no),
                        String.join(" ", "0.0.0.0", yes, no, yes, no, no, yes, no),
                        String.join(" ", "::1", no, no, no, yes, yes, no, no),
                        String.join(" ", "::", yes, no, yes, yes, yes, yes, no),
                        String.join(" ", "::ffff:127.0.0.1", yes, no, yes, no, no, yes, no),
                        String.join(" ", "v6 only", no, no, no, yes, yes, no, no)),
                recorded.output());
        assertEquals(
                List.of(
                        "127.0.0.1/32!P",
                        "0.0.0.0/32!P",
                        "127.0.0.1/32!P",
                        "::1/128!P",
                        "::/128!P",
                        "0.0.0.0/32!P",
                        "127.0.0.1/32!P",
                        "::1/128!P",
                        "127.0.0.1/32!P",
                        "::/128!P",
                        "::1/128!P"),
                patterns(recorded));
    }

    /** The rules that were learned, without the numbers of ports. */
    private static List<String> patterns(Recorded recorded) {
        return recorded.recorded("event safe-bind").stream()
                .map(rule -> rule.substring("allow net/connect ".length()).replaceAll("![0-9]+$", "!P"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRuleGoesWithItsSocketAndNeitherAFailureNorADenialIsOverridden(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                true,
                """
                s = opened(); p = port(s); s.listen(); c = socket.create_connection(('127.0.0.1', p)); t = s.dup()
                s.close(); print('still open', reach(('127.0.0.1', p)))
                t.close(); print('closed', reach(('127.0.0.1', p)))
                u = opened(2, 2); q = port(u); v = socket.socket(2, 2)
                print('datagram', v.sendto(b'x', ('127.0.0.1', q)), go(v.sendto, b'x', ('127.0.0.1', q ^ 1)))
                u.close(); print('closed', go(v.sendto, b'x', ('127.0.0.1', q)))
                s = socket.socket(); print('not here', go(s.bind, ('192.0.2.1', 80)), reach(('192.0.2.1', 80)))
                s.listen(); print('listen', reach(('127.0.0.1', port(s))))
                s = opened(2, 1, ('127.0.0.9', 0)); print('denied', reach(s.getsockname()), reach(('127.0.0.1', port(s))))
                for i in range(9):
                    with opened(1, 1, 'again') as x: print(end=reach('again', 1)[0])
                    os.unlink('again')
                print()
                """);
        assertEquals(
                List.of(
                        "still open ok",
                        "closed EACCES",
                        "datagram 1 EACCES",
                        "closed EACCES",
                        "not here EADDRNOTAVAIL EACCES",
                        "listen ok",
                        "denied EACCES EACCES",
                        "EEEEEEEEE"),
                recorded.output());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unixNamesAreLearnedAsTheKernelKnowsThem(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                true,
                """
                os.mkdir('d'); open('d/y', 'w').close(); x = opened(1, 1, 'd/../d/x'); os.symlink('d/x', 'link')
                print(x.getsockname(), reach('d/x', 1), reach(os.getcwd() + '/link', 1), reach('d/y', 1))
                x.listen(); c = socket.socket(1); c.connect('d/x'); print(c.getpeername()); a = x.accept()[0]
                print(a.getsockname()); c.close(); a.close(); x.close(); print(reach('d/x', 1))
                name = '\\0sluice-%d' % os.getpid(); x = opened(1, 1, name + '\\0x')
                print(reach(name + '\\0x', 1), reach(name, 1), reach(name + '\\0', 1))
                x = opened(1, 1, ''); name = x.getsockname()
                print(len(name), name[0], reach(name, 1), reach(name + b'x', 1))
                print(go(opened, 1, 1, 'd/y'), reach('d/y', 1))
                """);
        assertEquals(
                List.of(
                        "d/../d/x ECONNREFUSED ECONNREFUSED EACCES",
                        "d/../d/x",
                        "d/../d/x",
                        "EACCES",
                        "ECONNREFUSED EACCES EACCES",
                        "6 0 ECONNREFUSED EACCES",
                        "EADDRINUSE EACCES"),
                recorded.output());
        List<String> patterns = patterns(recorded);
        assertEquals(3, patterns.size(), patterns::toString);
        assertEquals(folder.toRealPath().resolve("work").resolve("d/x").toString(), patterns.get(0));
        assertTrue(patterns.get(1).matches("@sluice-[0-9]+\\\\x00x"), patterns.get(1));
        assertTrue(patterns.get(2).matches("@[0-9a-f]{5}"), patterns.get(2));
    }

    /** The file is made by a child of the supervisor, and is the target's in every way. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSocketsFileIsMadeAsTheTargetWouldMakeIt(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                true,
                """
                os.makedirs('a' * 100 + '/' + 'b' * 100); os.mkdir('d'); os.symlink('elsewhere', 'link')
                for mask in (0, 0o27, 0o777):
                    os.umask(mask); x = opened(1, 1, 'm%o' % mask); s = os.stat('m%o' % mask)
                    print('%o' % s.st_mode, (s.st_uid, s.st_gid) == (os.geteuid(), os.getegid()))
                print(go(opened, 1, 1, 'link'), os.path.exists('elsewhere'))
                os.umask(0); os.chdir('d'); x = opened(1, 2, '../d/x'); print(os.listdir('.'), x.getsockname())
                os.chdir('../' + 'a' * 100 + '/' + 'b' * 100); n = 'n' * 107; x = opened(1, 1, n); print(os.listdir('.') == [n])
                print(x.getsockname() == n, len(os.path.abspath(n)) > 300, reach(n, 1), go(opened, 1, 1, n))
                """);
        assertEquals(
                List.of(
                        "140777 True",
                        "140750 True",
                        "140000 True",
                        "EADDRINUSE False",
                        "['x'] ../d/x",
                        "True",
                        "True True ECONNREFUSED EADDRINUSE"),
                recorded.output());
    }

    /** One rule and one socket more than are kept. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTooManyRulesTheOldestGoesAndTheLogSaysSo(boolean own) throws Exception {
        Recorded recorded = run(
                own,
                true,
                """
                import signal
                first = opened(); print(port(first), reach(first.getsockname()), flush=True); ready, done = os.pipe()
                children = []
                # A process may have a thousand descriptors.
                for part in range(8):
                    children.append(os.fork())
                    if children[-1] == 0:
                        all = [opened() for i in range(512)]; os.write(done, struct.pack('i', port(all[-1]))); signal.pause()
                    last = struct.unpack('i', os.read(ready, 4))[0]
                print(reach(('127.0.0.1', last)), reach(first.getsockname()))
                for child in children: os.kill(child, signal.SIGKILL)
                """);
        List<String> said = recorded.output();
        assertEquals(3, said.size(), said::toString);
        // What is logged stands before what the program says.
        String oldest = said.get(1).split(" ", -1)[0];
        assertTrue(
                said.get(0).contains("127.0.0.1/32!" + oldest + " is no longer learned: more than 4096 rules were"),
                said::toString);
        assertEquals(List.of(oldest + " ECONNREFUSED", "ECONNREFUSED EACCES"), said.subList(1, 3));
    }

    /** Its rule names the port that the target knows. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMappedPortIsLearnedAsTheTargetSeesIt(boolean own) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Recorded recorded = run(
                    own,
                    true,
                    """
                    s = opened(2, 1, ('127.0.0.1', PORT)); s.listen(); print(reach(('127.0.0.1', PORT)))
                    real = [l.split()[1].split(':')[1] for l in open('/proc/net/tcp') if l.split()[9] == str(os.fstat(s.fileno()).st_ino)]
                    print(int(real[0], 16) != PORT, reach(('127.0.0.1', int(real[0], 16))))
                    """
                            .replace("PORT", Integer.toString(taken.getLocalPort())));
            assertEquals(List.of("ok", "True EACCES"), recorded.output());
            assertEquals(
                    List.of("allow net/connect 127.0.0.1/32!" + taken.getLocalPort()),
                    recorded.recorded("event safe-bind"));
        }
    }

    /** bind(2) is performed and mapped all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutSafeBindNothingIsLearned(boolean own) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Recorded recorded = run(
                    own,
                    false,
                    """
                    p = PORT; s = opened(2, 1, ('127.0.0.1', p)); print(port(s) == p, reach(('127.0.0.1', p)))
                    x = opened(1, 1, 'x'); print(reach('x', 1))
                    """
                            .replace("PORT", Integer.toString(taken.getLocalPort())));
            assertEquals(List.of("True EACCES", "EACCES"), recorded.output());
            assertEquals(List.of(), recorded.recorded("event safe-bind"));
        }
    }
}
