package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.itest.Compared.Client;

/**
 * With virtual files, programs that read of interfaces in procfs and sysfs tell what they tell in a real network namespace of
 * the same topology, in both modes. Counters are left out, and how often a route is referred to.
 */
class InterfaceFilesIT {

    private static final String COUNTERS = " | grep -v -e packets: -e bytes: -e collisions:";

    private static final List<Client> CLIENTS = List.of(
            Client.plain("busybox ifconfig", "busybox", "busybox ifconfig -a" + COUNTERS),
            Client.plain("busybox route", "busybox", "busybox route -n"),
            Client.plain("busybox netstat", "busybox", "busybox netstat -rn; busybox netstat -tln"),
            Client.plain("ss", "ss", "ss -tlnp"),
            Client.plain("net/dev", "sh", "cut -d: -f1 /proc/net/dev; wc -l </proc/net/dev"),
            Client.plain(
                    "net/route",
                    "sh",
                    "cat /proc/net/route /proc/self/net/route /proc/$$/net/route /proc/thread-self/net/route"),
            // These are in the order of a hash.
            Client.plain("net/if_inet6", "sh", "sort /proc/net/if_inet6"),
            Client.plain("net/ipv6_route", "sh", "grep -v ffffffff /proc/net/ipv6_route | cut -c -109,128- | sort"),
            Client.plain("net/tcp", "sh", "cd /proc/net; cat tcp tcp6 udp udp6 udplite udplite6 raw raw6 unix arp"),
            Client.plain(
                    "class/net",
                    "sh",
                    """
                    for i in lo eth0; do
                        for f in address addr_len broadcast carrier flags ifindex iflink mtu operstate tx_queue_len type uevent; do
                            echo $i $f "$(cat /sys/class/net/$i/$f)"
                        done
                    done
                    cat /sys/class/net/none/mtu || echo none
                    """),
            new Client(
                    "java",
                    List.of("java", "javac"),
                    """
                    cat >Interfaces.java <<'END'
                    import java.net.*;
                    public class Interfaces {
                        public static void main(String[] args) throws Exception {
                            for (var each : NetworkInterface.networkInterfaces().toList())
                                System.out.println(each + " " + each.getIndex() + " " + each.getInterfaceAddresses());
                        }
                    }
                    END
                    javac -J-XX:TieredStopAtLevel=1 Interfaces.java
                    java Interfaces
                    """));

    private static final Compared COMPARED = new Compared(CLIENTS, List.of());

    static Stream<Arguments> cases() {
        return usersAndModes()
                .flatMap(each -> CLIENTS.stream().map(client -> Arguments.of(client, each.get()[0], each.get()[1])));
    }

    static Stream<Arguments> usersAndModes() {
        return User.available().flatMap(user -> Stream.of("kernel", "synthetic").map(mode -> Arguments.of(user, mode)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsWhatItTellsInARealNamespace(Client client, User user, String mode) throws Exception {
        COMPARED.compare(client, user, mode);
    }

    /** What is not told is refused, never the machine's; and what is told is the sandbox's, changed or not. */
    @ParameterizedTest
    @MethodSource("usersAndModes")
    void whatIsNotToldIsRefused(User user, String mode) throws Exception {
        String script =
                """
                cat /proc/sys/net/ipv4/conf/lo/forwarding /proc/sys/net/core/somaxconn >/dev/null && echo told
                for d in /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/neigh; do ls $d 2>&1 | grep -c 'Permission denied'; done
                (echo >/proc/net/dev) 2>/dev/null || echo 'not written'
                """;
        String told = "told\n1\n1\nnot written\n";
        if (mode.equals("synthetic")) {
            script +=
                    """
                    for f in /proc/net/fib_trie /proc/net/dev_snmp6 /sys/class/net /sys/devices/virtual/net/lo; do
                        (exec 3<$f) 2>&1 | grep -c 'Permission denied'
                    done
                    """;
            told += "1\n1\n1\n1\n";
        }
        Distribution.Result result = Distribution.sluiceIn(
                user, user.folder(), "", "run", "-q", "--netlink", mode, "--", "sh", "-c", script);
        assertEquals(told, result.out(), result::err);
        String explained = Distribution.sluiceIn(
                        user, user.folder(), "", "run", "--netlink", mode, "--explain", "--", "true")
                .out();
        assertTrue(explained.contains("/proc/net and /sys show the private network"), explained);
        assertEquals(mode.equals("synthetic"), explained.contains("lists of interfaces, are refused"), explained);
    }
}
