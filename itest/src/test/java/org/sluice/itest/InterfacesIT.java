package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.Compared.Client;

/**
 * Programs tell of the virtual interfaces of a sandbox what they tell in a real network namespace of the same topology, in
 * both modes. What they print is compared: JSON field by field, without counters and times.
 */
class InterfacesIT {

    private static final String NATIVE_SENDS =
            """
            {
                "extends": "default", "datagram": "any", "unix": { "default": "allow" },
                "handlers": { "portmap": false }
            }
            """;

    private static final String GO =
            """
            cat >interfaces.go <<'END'
            package main
            import ("fmt"; "net")
            func main() {
                all, err := net.Interfaces()
                fmt.Println(len(all), err)
                for _, each := range all {
                    addresses, err := each.Addrs()
                    fmt.Println(each.Index, each.Name, each.MTU, each.HardwareAddr, each.Flags, addresses, err)
                }
                one, err := net.InterfaceByName("eth0")
                fmt.Println(one, err)
                none, err := net.InterfaceByIndex(99)
                fmt.Println(none, err)
            }
            END
            export GOCACHE="$PWD/cache" GOPATH="$PWD/path" GO111MODULE=off
            go build -o interfaces interfaces.go
            """;

    private static final List<Client> CLIENTS = List.of(
            json("-d -s addr"),
            json("-d -s link"),
            json("-d -s link show dev lo"),
            json("addr show dev eth0"),
            json("addr show scope link"),
            json("link show up"),
            json("route"),
            json("-6 route"),
            json("-d route show table all"),
            json("-d -6 route show table all"),
            json("rule"),
            json("-6 rule"),
            json("neigh"),
            json("route get 10.9.1.1"),
            json("route get 192.0.2.1"),
            json("route get 127.0.0.5"),
            json("-6 route get fd00::7"),
            json("netconf"),
            Client.plain("ip addr", "ip", "ip -d addr"),
            Client.plain("ip without an interface", "ip", "ip link show eth7; echo $?"),
            Client.plain("ip brief", "ip", "ip -br link; ip -br addr"),
            Client.plain("glibc", "gcc", "gcc -o client interfaces.c && ./client"),
            Client.plain("musl", "musl-gcc", "musl-gcc -o client interfaces.c && ./client"),
            Client.plain(
                    "python",
                    "python3",
                    """
                    python3 -c '
                    import socket
                    print(socket.if_nameindex(), socket.if_nametoindex("eth0"), socket.if_indextoname(1))
                    for family in (0, socket.AF_INET, socket.AF_INET6):
                        try: print(socket.getaddrinfo("localhost", 80, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG))
                        except OSError as e: print(e)
                    '"""),
            Client.plain("node", "node", "node -p 'JSON.stringify(os.networkInterfaces())'"),
            Client.plain(
                    "busybox ip", "busybox", "busybox ip addr; busybox ip link; busybox ip route; busybox ip rule"),
            new Client("go", List.of("go", "gcc"), GO, "./interfaces"),
            // The counters of ifconfig come from a file.
            Client.plain("ifconfig", "busybox", "busybox ifconfig eth0 | grep -e inet.addr -e HWaddr -e MTU"),
            new Client(
                    "java",
                    List.of("java", "javac"),
                    """
                    cat >Interfaces.java <<'END'
                    import java.net.*;
                    public class Interfaces {
                        public static void main(String[] args) throws Exception {
                            for (var each : NetworkInterface.networkInterfaces().toList()) {
                                System.out.println(each + " " + each.getIndex() + " " + each.getMTU() + " " + each.isUp()
                                        + " " + each.isLoopback() + " " + each.supportsMulticast() + " "
                                        + each.isPointToPoint() + " " + each.getInterfaceAddresses());
                                System.out.println(java.util.Arrays.toString(each.getHardwareAddress()));
                            }
                        }
                    }
                    END
                    javac -J-XX:TieredStopAtLevel=1 Interfaces.java
                    """,
                    """
                    # Its IPv6 addresses come from a file.
                    java -Djava.net.preferIPv4Stack=true Interfaces
                    """));

    private static final Compared COMPARED = new Compared(CLIENTS, List.of());

    private static Client json(String arguments) {
        return new Client(
                "ip " + arguments,
                List.of("ip", "python3"),
                "ip -json " + arguments + " >told; echo $?; python3 fields told 2>&1 <told || cat told");
    }

    private static final List<String> MODES = List.of("kernel", "synthetic");

    static Stream<Arguments> cases() {
        return User.available().flatMap(user -> MODES.stream()
                .flatMap(mode -> CLIENTS.stream().map(client -> Arguments.of(client, user, mode))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsWhatItTellsInARealNamespace(Client client, User user, String mode) throws Exception {
        COMPARED.compare(client, user, mode);
    }

    private static void copy(String resource, Path to) throws Exception {
        try (InputStream in = Objects.requireNonNull(InterfacesIT.class.getResourceAsStream(resource))) {
            Files.copy(in, to);
        }
    }

    static Stream<User> users() {
        return User.available();
    }

    static Stream<Arguments> usersAndModes() {
        return User.available().flatMap(user -> MODES.stream().map(mode -> Arguments.of(user, mode)));
    }

    /** Descriptors of a virtual socket behave as those of any other. */
    @ParameterizedTest
    @MethodSource("usersAndModes")
    void aVirtualSocketIsADescriptorLikeAnyOther(User user, String mode) throws Exception {
        Programs.require("python3");
        Path folder = user.folder();
        copy("/interfaces.py", folder.resolve("interfaces.py"));
        Distribution.Result result = Distribution.sluiceIn(
                user,
                folder,
                "",
                "run",
                "--netlink",
                mode,
                "--interface",
                "eth0=10.1.2.3/24",
                "--",
                "python3",
                "interfaces.py");
        assertEquals("all right\n", result.out(), result::err);
        assertEquals(0, result.status(), result::err);
    }

    /** The supervisor holds no descriptor of the sockets that it gave away. */
    @ParameterizedTest
    @MethodSource("usersAndModes")
    void nothingIsLeftOfAThousandSockets(User user, String mode) throws Exception {
        Programs.require("python3");
        String script =
                """
                import socket
                def many(count):
                    for i in range(count): socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close(); socket.if_nameindex()
                many(50)
                print("ready", flush=True); input()
                many(1000)
                print("used", flush=True); input()
                """;
        Path folder = user.folder();
        try (Running running = Running.sluice(user, folder, "run", "--netlink", mode, "--", "python3", "-c", script)) {
            running.awaitLine("ready");
            Path descriptors = Path.of("/proc", Long.toString(running.pid()), "fd");
            long before = count(descriptors);
            running.write("\n");
            running.awaitLine("used");
            // Some are held ready for the next who asks, and the runtime opens files of its own.
            Running.await("the descriptors are closed", () -> count(descriptors) <= before + 40);
            running.write("\n");
            assertEquals(0, running.awaitEnd(), running::output);
        }
    }

    private static long count(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Every way to write, many times: none may succeed, and the interfaces are as before. */
    @ParameterizedTest
    @MethodSource("usersAndModes")
    void aTargetCannotChangeTheInterfaces(User user, String mode) throws Exception {
        Programs.require("gcc", "ip");
        // In the one profile each message is decided anyway, in the other one only those of netlink sockets.
        for (String profile : new String[] {"default", "any.json"}) {
            Path folder = user.folder();
            copy("/interfaces-attacker.c", folder.resolve("attacker.c"));
            Files.writeString(folder.resolve("any.json"), NATIVE_SENDS);
            Distribution.Result built =
                    Distribution.bare(user, folder, "", List.of("gcc", "-O1", "-o", "attacker", "attacker.c"));
            assertEquals(0, built.status(), built::err);
            Distribution.Result result = Distribution.sluiceIn(
                    user,
                    folder,
                    "",
                    "run",
                    "--profile",
                    profile,
                    "--netlink",
                    mode,
                    "--interface",
                    "eth0=10.1.2.3/24",
                    "--report",
                    "none",
                    "--",
                    "sh",
                    "-c",
                    "ip addr >before; ./attacker 10000; ip addr | diff before - && echo same");
            assertTrue(
                    result.out().matches("tries \\d{5,} successes 0 unanswered 0 first 0 by 0\nsame\n"),
                    () -> result.out() + result.err());
        }
    }

    @ParameterizedTest
    @MethodSource("users")
    void modesAndProtocols(User user) throws Exception {
        Programs.require("python3", "ip");
        Path folder = user.folder();
        String open =
                """
                import socket
                for protocol in (0, 4, 15, 16):
                    try: print(protocol, socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol).family.name)
                    except OSError as e: print(protocol, e.strerror)
                """;
        String refused = "4 Address family not supported by protocol\n15 Address family not supported by protocol\n"
                + "16 Address family not supported by protocol\n";
        Distribution.Result result = Distribution.sluiceIn(user, folder, "", "run", "--", "python3", "-c", open);
        assertEquals("0 AF_NETLINK\n" + refused, result.out(), result::err);
        assertTrue(result.err().contains("NETLINK_SOCK_DIAG: no grant"), result::err);
        result = Distribution.sluiceIn(user, folder, "", "run", "--netlink", "synthetic", "--", "python3", "-c", open);
        assertEquals("0 AF_NETLINK\n" + refused, result.out(), result::err);
        result = Distribution.sluiceIn(user, folder, "", "run", "--netlink", "off", "--", "python3", "-c", open);
        assertEquals("0 Address family not supported by protocol\n" + refused, result.out(), result::err);
        Files.writeString(
                folder.resolve("p.json"),
                "{ \"extends\": \"default\", \"handlers\": { \"netlink\": { \"protocols\": [\"sock_diag\", \"generic\"] } } }");
        result = Distribution.sluiceIn(user, folder, "", "run", "--profile", "p.json", "--", "python3", "-c", open);
        assertEquals(
                "0 AF_NETLINK\n4 AF_NETLINK\n15 Address family not supported by protocol\n16 AF_NETLINK\n",
                result.out(),
                result::err);
        Distribution.Result bare = Distribution.bare(user, folder, "", List.of("ip", "-o", "link"));
        result = Distribution.sluiceIn(user, folder, "", "run", "--netlink", "host", "--", "ip", "-o", "link");
        assertEquals(bare.out(), result.out(), result::err);
        result = Distribution.sluiceIn(user, folder, "", "run", "--", "ip", "-br", "link");
        assertEquals(1, result.out().lines().count(), result.out());
        assertTrue(result.out().startsWith("lo "), result.out());
    }

    /** Where there can be no network namespaces the sandbox starts all the same, and says so in the log. */
    @ParameterizedTest
    @MethodSource("users")
    void withoutNamespacesInterfacesAreSynthetic(User user) throws Exception {
        Programs.require("ip", "unshare");
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        List<String> command = List.of(
                "unshare",
                "-Ur",
                "sh",
                "-c",
                "echo 0 >/proc/sys/user/max_net_namespaces || exit 77; mkdir run work; "
                        + "export XDG_RUNTIME_DIR=$PWD/run XDG_CACHE_HOME=$PWD/run; cd work; exec "
                        + home.resolve("bin/sluice") + " run -v --interface eth0=10.1.2.3/24 -- ip -br addr");
        Distribution.Result result = Distribution.bare(user, folder, "", command);
        Assumptions.assumeFalse(result.status() == 77 || result.err().contains("unshare failed"), result::err);
        assertTrue(result.out().contains("eth0@if2") && result.out().contains("10.1.2.3/24"), result::err);
        assertTrue(result.err().contains("so its interfaces are synthetic"), result::err);
    }

    @ParameterizedTest
    @MethodSource("users")
    void badInterfacesAreRefusedInOneLine(User user) throws Exception {
        Path folder = user.folder();
        Files.writeString(
                folder.resolve("p.json"),
                "{ \"extends\": \"default\",\n\"handlers\": { \"netlink\": { \"interfaces\": [\n{ \"nam\": \"x\" }] } } }");
        refuses(
                user,
                folder,
                "p.json:3: netlink.interfaces: an interface has no 'nam'; it has addresses",
                "--profile",
                "p.json");
        refuses(
                user,
                folder,
                "--interface: '10.1.2.3' is no address with a prefix; write",
                "--interface",
                "eth0=10.1.2.3");
        refuses(user, folder, "--netlink", "--netlink", "some");
    }

    private static void refuses(User user, Path folder, String part, String... flags) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(List.of(flags));
        arguments.addAll(List.of("--", "true"));
        Distribution.Result result = Distribution.sluiceIn(user, folder, "", arguments.toArray(String[]::new));
        assertEquals(125, result.status(), result::err);
        assertEquals(1, result.err().lines().count(), result::err);
        assertTrue(result.err().contains(part), result::err);
    }

    /** An administrator's change is seen at once, also by a program that listens. */
    @ParameterizedTest
    @MethodSource("usersAndModes")
    void theShellChangesInterfacesWhileTheyAreWatched(User user, String mode) throws Exception {
        Programs.require("ip");
        Path folder = user.folder();
        Files.writeString(
                folder.resolve("mode.json"),
                "{ \"extends\": \"default\", \"handlers\": { \"netlink\": { \"mode\": \"" + mode + "\" } } }");
        try (Running shell = Running.sluice(user, folder, "shell")) {
            shell.write("sluice:run --profile mode.json --name box sh -c \"ip monitor link >watched & sleep 1000\"\n");
            Running.await("ip watches", () -> Files.exists(folder.resolve("watched")));
            shell.write("sluice:links box\n");
            shell.awaitLine("lo    up     65536");
            Running.await("the change is seen", () -> changed(shell, folder));
            shell.write("sluice:links box down eth1\n");
            shell.awaitLine("eth1  down");
            shell.write("sluice:links box remove eth1\n");
            shell.write("sluice:links box fold eth1\n");
            shell.awaitLine("links does not know 'fold'; use add, remove, up or down");
            shell.write("sluice:kill box\nexit 0\n");
            assertEquals(0, shell.awaitEnd(), shell::output);
        }
    }

    /** Adds again until the program listens: nothing tells when it does. */
    private static boolean changed(Running shell, Path folder) {
        try {
            shell.write("sluice:links box remove eth1\nsluice:links box add eth1=10.4.0.1/24\n");
            return Files.readString(folder.resolve("watched")).contains("eth1");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
