package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Under {@code --profile open} programs behave as without Sluice: the same output, the same exit status. Each program
 * runs twice in folders of its own that are prepared alike, natively and in a sandbox.
 */
class OpenProfileIT {

    /** A program: what it needs, the script that runs it, and the files that are there before. */
    private record Program(String name, List<String> needs, String script) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Program> PROGRAMS = List.of(
            new Program(
                    "bash",
                    List.of("bash"),
                    """
                    set -u
                    trap 'echo trapped' USR1
                    umask; ulimit -n; pwd -P | wc -l; kill -USR1 $$
                    for i in 1 2 3; do (echo "sub $i"; exit $i); echo "status $?"; done
                    diff <(printf 'a\\nb\\n') <(printf 'a\\nc\\n')
                    echo text >file; mv file other; cat other; ls; [ -t 0 ]; echo "terminal $?"
                    sleep 0.1 & wait $!; echo "waited $?"
                    exec 5<>/dev/null; ls /proc/self/fd | wc -l
                    cd /; exit 9
                    """),
            new Program(
                    "python",
                    List.of("python3"),
                    """
                    exec python3 -c '
                    import os, socket, subprocess, sys, threading
                    server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
                    def answer():
                        client = server.accept()[0]; client.sendall(b"over tcp"); client.close()
                    threading.Thread(target=answer).start()
                    print(socket.create_connection(server.getsockname()).recv(100))
                    unix = socket.socket(socket.AF_UNIX); unix.bind("socket"); unix.listen()
                    client = socket.socket(socket.AF_UNIX); client.connect("socket")
                    print(unix.getsockname(), client.getpeername(), os.stat("socket").st_mode)
                    a, b = socket.socketpair(); a.sendall(b"pair"); print(b.recv(4))
                    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("127.0.0.1", 0))
                    udp.sendto(b"datagram", udp.getsockname()); print(udp.recv(100))
                    print(subprocess.run(["sh", "-c", "echo child; exit 3"], capture_output=True))
                    pid = os.fork()
                    if pid == 0: os.kill(os.getpid(), 15)
                    print(os.waitpid(pid, 0)[1])
                    sys.exit(5)
                    '
                    """),
            new Program(
                    "git clone",
                    List.of("git"),
                    """
                    set -e
                    export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost
                    export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
                    export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
                    git init -q -b main origin
                    cd origin
                    for i in $(seq 20); do echo "$i" >"file$i"; git add . ; git commit -qm "commit $i"; done
                    cd ..
                    git clone -q --no-local "$PWD/origin" copy
                    git -C copy log --format='%H %s'
                    git -C copy status --short
                    git clone -q no-such-repository
                    """),
            new Program(
                    "javac and java",
                    List.of("javac", "java"),
                    """
                    cat >Hello.java <<'END'
                    import java.net.*;
                    public class Hello {
                        public static void main(String[] args) throws Exception {
                            try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                                    var client = new Socket(server.getInetAddress(), server.getLocalPort());
                                    var peer = server.accept()) {
                                client.getOutputStream().write("over tcp".getBytes());
                                client.shutdownOutput();
                                System.out.println(new String(peer.getInputStream().readAllBytes()));
                            }
                            System.exit(args.length);
                        }
                    }
                    END
                    javac -J-XX:TieredStopAtLevel=1 Hello.java && exec java -Xshare:auto Hello a b c
                    """),
            new Program(
                    "node",
                    List.of("node"),
                    """
                    exec node -e '
                    const net = require("net"), child = require("child_process");
                    const server = net.createServer(c => c.end("over tcp")).listen(0, "127.0.0.1", () => {
                        net.connect(server.address().port, "127.0.0.1").on("data", d => {
                            console.log(String(d), String(child.execSync("echo child")));
                            server.close(() => process.exit(4));
                        });
                    });'
                    """),
            new Program(
                    "make",
                    List.of("make", "gcc"),
                    """
                    for i in 1 2 3 4; do echo "int f$i(void) { return $i; }" >f$i.c; done
                    echo 'int f1(void), f2(void), f3(void), f4(void); int main(void) { return f1()+f2()+f3()+f4(); }' >main.c
                    printf 'all: f1.o f2.o f3.o f4.o main.o\\n\\t@$(CC) -o all $^\\n%%.o: %%.c\\n\\t@$(CC) -c $<\\n' >Makefile
                    make -j2 -s && ls && ./all
                    """),
            new Program("pipeline of 50", List.of(), "seq 1000 " + "| cat ".repeat(49) + "| tail -n 2"),
            new Program(
                    "stress-ng",
                    List.of("stress-ng"),
                    // Its output has process numbers and counts.
                    "stress-ng --temp-path . --sock 2 --fork 2 --timeout 3 >log 2>&1"));

    static Stream<Arguments> cases() {
        return User.available().flatMap(user -> PROGRAMS.stream().map(program -> Arguments.of(program, user)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void behavesAsWithoutSluice(Program program, User user) throws Exception {
        Programs.require(program.needs.toArray(String[]::new));
        List<String> command = List.of("bash", "script");
        Path natively = prepared(user, program);
        Distribution.Result bare = Distribution.bare(user, natively, "", command);
        Path inSandbox = prepared(user, program);
        List<String> arguments = new ArrayList<>(List.of("run", "--profile", "open", "--"));
        arguments.addAll(command);
        Distribution.Result sandboxed = Distribution.sluiceIn(user, inSandbox, "", arguments.toArray(String[]::new));
        assertEquals(bare.out(), sandboxed.out(), sandboxed::err);
        assertEquals(bare.status(), sandboxed.status(), sandboxed::err);
        assertEquals(bare.err(), sandboxed.err());
    }

    private static Path prepared(User user, Program program) throws Exception {
        Path folder = user.folder();
        Files.writeString(folder.resolve("script"), program.script);
        return folder;
    }
}
