package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes in a sandbox that want to give orders to a supervisor: its own, another one, one whose sockets lie elsewhere.
 * Whoever may attach is free, so a single success is one too many.
 */
class ControlSocketIT {

    /** Tries all ways in turn; counts those after which a supervisor answered as it answers its user. */
    private static final String ATTACKER =
            """
            import os, socket, sys, threading
            rounds, folder, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
            os.chdir(folder)
            tries = successes = 0
            def ask(s):
                s.settimeout(5)
                s.sendall(b'info\\n\\n')
                answer = b''
                while True:
                    part = s.recv(4096)
                    if not part: return answer.startswith(b'text')
                    answer += part
            def reach(name):
                with socket.socket(socket.AF_UNIX) as s:
                    s.connect(name)
                    return ask(s)
            def plain(path): return reach(path)
            def relative(path):
                os.chdir(os.path.dirname(path))
                try: return reach(os.path.basename(path))
                finally: os.chdir(folder)
            def link(path):
                os.symlink(path, 'link')
                try: return reach('link')
                finally: os.unlink('link')
            def directory(path):
                fd = os.open(os.path.dirname(path), os.O_PATH)
                try: return reach('/proc/self/fd/%d/%s' % (fd, os.path.basename(path)))
                finally: os.close(fd)
            def itself(path):
                fd = os.open(path, os.O_PATH)
                try: return reach('/proc/self/fd/%d' % fd)
                finally: os.close(fd)
            def hard(path):
                os.link(path, 'hard')
                try: return reach('hard')
                finally: os.unlink('hard')
            def moved(path):
                os.rename(path, 'moved')
                return True
            def planted(path):
                with socket.socket(socket.AF_UNIX) as s:
                    s.bind(path + '.x')
                    return True
            def root(path): return reach('/proc/%d/root%s' % (os.getppid(), path))
            def descriptors(path):
                for fd in os.listdir('/proc/%d/fd' % os.getppid()):
                    os.open('/proc/%d/fd/%s' % (os.getppid(), fd), os.O_RDWR)
                    return True
            def datagram(path):
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                    return s.sendto(b'info\\n\\n', path) > 0
            def child(path):
                parent, other = socket.socketpair()
                pid = os.fork()
                if pid == 0:
                    os.setsid()
                    try:
                        s = socket.socket(socket.AF_UNIX)
                        s.connect(path)
                        socket.send_fds(other, [b'x'], [s.fileno()])
                    except OSError: other.close()
                    os._exit(0)
                other.close()
                os.waitpid(pid, 0)
                data, fds, flags, address = socket.recv_fds(parent, 1, 1)
                parent.close()
                if not fds: raise OSError('nothing came')
                with socket.socket(fileno=fds[0]) as s: return ask(s)
            def raced(path):
                own = socket.socket(socket.AF_UNIX)
                own.bind('own'); own.listen(64)
                over = threading.Event()
                def swap():
                    while not over.is_set():
                        for to in ('own', path):
                            os.symlink(to, 'next'); os.rename('next', 'race')
                swapper = threading.Thread(target=swap); swapper.start()
                try:
                    for i in range(20):
                        try:
                            with socket.socket(socket.AF_UNIX) as s:
                                s.connect('race')
                                own.setblocking(False)
                                try: own.accept()[0].close()
                                except BlockingIOError:
                                    if ask(s): return True
                        except OSError: pass
                    raise OSError('nothing was reached')
                finally:
                    over.set(); swapper.join(); own.close(); os.unlink('own')
            quick = [plain, relative, link, directory, itself, hard, root, descriptors, datagram]
            for i in range(rounds):
                for path in paths:
                    # A folder that is no control sockets' for this supervisor may be written to under the profile open.
                    more = [planted, moved] if '/near/' in path else []
                    for way in quick + more + ([child, raced] if i % 20 == 0 else []):
                        tries += 1
                        try:
                            if way(path):
                                successes += 1
                                print(way.__name__, path)
                        except OSError: pass
            print(successes, 'of', tries)
            """;

    /** More than 10 000 tries. */
    private static final int ROUNDS = 320;

    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void noWayOutOfTheOpenProfileLeadsToASupervisor(User user) throws Exception {
        attack(user, ROUNDS, "open");
    }

    /** Without the handlers of sockets the target connects by itself, and the server alone keeps it out. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void norDoesOneThatThePolicyDoesNotSee(User user) throws Exception {
        Path profile = user.folder().resolve("blind.json");
        Files.writeString(
                profile,
                """
                { "extends": "open",
                  "handlers": { "connect": false, "unix": false, "bind": false, "portmap": false, "netlink": false } }
                """);
        attack(user, ROUNDS / 8, profile.toString());
    }

    private static void attack(User user, int rounds, String profile) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        Files.writeString(folder.resolve("attacker.py"), ATTACKER);
        String own = "own-" + user.name() + "-" + ProcessHandle.current().pid();
        String other = "other-" + user.name() + "-" + ProcessHandle.current().pid();
        String script =
                """
                sluice=$0 profile=$1 rounds=$2 own=$3 other=$4 top=$PWD
                # Where control sockets are looked for is the user's choice; one of these supervisors has another.
                mkdir -m 700 near far work
                cd work
                export XDG_RUNTIME_DIR=$top/near
                "$sluice" run --name "$other" -- sh -c 'echo up; exec sleep 1000' >"$top/other" & one=$!
                XDG_RUNTIME_DIR=$top/far "$sluice" run --name far -- sh -c 'echo up; exec sleep 1000' >"$top/far.out" & two=$!
                until grep -qs up "$top/other" && grep -qs up "$top/far.out"; do kill -0 $one $two || exit; sleep 0.05; done
                "$sluice" run --report none --profile "$profile" --name "$own" -- python3 "$top/attacker.py" "$rounds" \
                    "$top/work" "$top/near/sluice/$own.sock" "$top/near/sluice/$other.sock" "$top/far/sluice/far.sock"
                "$sluice" attach "$other" -- sluice:ps | tail -n 1 | cut -d' ' -f1
                XDG_RUNTIME_DIR=$top/far "$sluice" attach far -- sluice:ps | tail -n 1 | cut -d' ' -f1
                "$sluice" stop "$other"; XDG_RUNTIME_DIR=$top/far "$sluice" stop far; wait
                """;
        Distribution.Result result = Distribution.bare(
                user,
                folder,
                "",
                List.of(
                        "sh",
                        "-c",
                        script,
                        Distribution.home().resolve("bin/sluice").toString(),
                        profile,
                        Integer.toString(rounds),
                        own,
                        other));
        assertEquals(
                "0 of " + (rounds * (3 * 9 + 2 * 2) + rounds / 20 * 3 * 2) + "\n" + other + "\nfar\n",
                result.out(),
                result::err);
    }

    /** Whoever starts a sandbox may hand it a connection by mistake: it is of no use there. */
    @ParameterizedTest
    @MethodSource("org.sluice.itest.User#available")
    void aConnectionThatIsHandedOnIsOfNoUse(User user) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        String name = "handed-" + user.name() + "-" + ProcessHandle.current().pid();
        Files.writeString(
                folder.resolve("hand.py"),
                """
                import os, socket, subprocess, sys
                sluice, path = sys.argv[1:]
                inside = "import os; os.write(0, b'info' + bytes([10, 10])); print(os.read(0, 4096)[:4])"
                def connected():
                    s = socket.socket(socket.AF_UNIX)
                    s.connect(path)
                    return s
                with connected() as s:
                    s.sendall(b'info\\n\\n')
                    print('outside', s.recv(4), flush=True)
                for i in range(5):
                    with connected() as s:
                        subprocess.run([sluice, 'run', '--profile', 'open', '--', 'python3', '-c', inside], stdin=s)
                """);
        String runtime = folder.resolve("runtime").toString();
        String script =
                """
                mkdir -m 700 "$2" work; export XDG_RUNTIME_DIR=$2; cd work
                "$0" run --name "$1" -- sh -c 'echo up; exec sleep 1000' >up &
                until grep -qs up up; do kill -0 $! || exit; sleep 0.05; done
                python3 ../hand.py "$0" "$2/sluice/$1.sock"; "$0" stop "$1"; wait
                """;
        Distribution.Result result = Distribution.bare(
                user,
                folder,
                "",
                List.of(
                        "sh",
                        "-c",
                        script,
                        Distribution.home().resolve("bin/sluice").toString(),
                        name,
                        runtime));
        assertEquals("outside b'text'\n" + "b'erro'\n".repeat(5), result.out(), result::err);
        assertTrue(result.err().isEmpty(), result::err);
    }
}
