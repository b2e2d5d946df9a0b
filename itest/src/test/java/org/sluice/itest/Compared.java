package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs programs in a sandbox with virtual interfaces, and in a real network namespace of the same topology, and compares what
 * they tell. All of them run one after another in one sandbox for each user and mode, which starts once.
 */
final class Compared {

    /**
     * A program: what it needs, and the command that runs it.
     *
     * @param build makes files that the command finds beside it; run once, without a sandbox, since compilers take long
     */
    record Client(String name, List<String> needs, String build, String command) {

        Client(String name, List<String> needs, String command) {
            this(name, needs, "", command);
        }

        static Client plain(String name, String program, String command) {
            return new Client(name, List.of(program), command);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Prints JSON in one order, without what counts and what passes. */
    private static final String FIELDS =
            """
            import json, sys
            # The uid is that of the user who asks, and in a user namespace that is root.
            PASSING = {"stats", "stats64", "xstats", "cache", "used", "expires", "uid"}
            def fields(value, path):
                if isinstance(value, dict):
                    for key in sorted(value):
                        if key not in PASSING: fields(value[key], path + "/" + key)
                elif isinstance(value, list):
                    for at, item in enumerate(value): fields(item, path + "/" + str(at))
                else:
                    print(path, json.dumps(value))
            fields(json.load(sys.stdin), "")
            """;

    /** The topology in the real namespace; its pair ends in a further one. The last line runs the client. */
    private static final String REAL =
            """
            set -e
            mount -t sysfs sysfs /sys
            unshare -n sleep 600 &
            other=$!
            trap 'kill $other' EXIT
            until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
            until [ "$(cat /proc/$other/comm)" = sleep ]; do :; done
            ip link set lo up
            ip link add eth0 address 02:00:00:00:00:05 mtu 1400 type veth peer name eth0 netns $other
            nsenter -t $other -n ip link set eth0 up
            ip link set eth0 addrgenmode none
            ip link set eth0 up
            until ip -o link show eth0 | grep -q 'state UP'; do :; done
            ip addr add 10.1.2.3/24 brd + dev eth0
            ip addr add fd00::5/64 nodad dev eth0
            ip addr add 169.254.3.4/16 brd + scope link dev eth0
            ip route add 10.9.0.0/16 via 10.1.2.1 dev eth0
            ip route add default via 10.1.2.1 dev eth0
            set +e
            """;

    private static final String PROFILE =
            """
            {
                "extends": "default",
                "files": { "read": ["$CWD"] },
                "handlers": { "netlink": { "interfaces": [{
                    "name": "eth0", "mac": "02:00:00:00:00:05", "mtu": 1400,
                    "addresses": ["10.1.2.3/24", "fd00::5/64", "169.254.3.4/16 scope link"],
                    "routes": ["10.9.0.0/16 via 10.1.2.1"], "gateway": "10.1.2.1"
                }] } }
            }
            """;

    private final List<Client> clients;
    private final List<String> options;
    private final Map<String, List<Told>> runs = new HashMap<>();
    private final Map<Client, Built> builds = new HashMap<>();

    /** Of these programs; the sandbox has further options. */
    Compared(List<Client> clients, List<String> options) {
        this.clients = clients;
        this.options = options;
    }

    /** What a build made, and what it had to say. */
    private record Built(Path folder, String err) {

        /** Copies its files, not its folders. */
        void copyTo(Path to) throws Exception {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
                for (Path file : files) {
                    Files.copy(
                            file, to.resolve(folder.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private Built built(Client client) throws Exception {
        Built known = builds.get(client);
        if (known == null) {
            Path folder = User.OWN.folder();
            known = new Built(
                    folder,
                    Distribution.bare(User.OWN, folder, "", List.of("sh", "-c", client.build))
                            .err());
            builds.put(client, known);
        }
        return known;
    }

    private String said(Client client) {
        Built known = builds.get(client);
        return known == null ? "" : known.err;
    }

    /** What one program wrote. */
    private record Told(String out, String err) {}

    /** Fails unless a program tells in a sandbox what it tells in the real namespace. */
    void compare(Client client, User user, String mode) throws Exception {
        Programs.require(client.needs.toArray(String[]::new));
        Programs.require("ip", "unshare", "nsenter");
        Told real = run(user, "").get(clients.indexOf(client));
        Told told = run(user, mode).get(clients.indexOf(client));
        assertEquals(real.out, told.out, () -> real.err + told.err);
        assertTrue(!real.out.isBlank(), () -> real.err);
    }

    private synchronized List<Told> run(User user, String mode) throws Exception {
        List<Told> known = runs.get(user + mode);
        if (known != null) {
            return known;
        }
        Path folder = prepared(user);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < clients.size(); i++) {
            Files.writeString(folder.resolve("client" + i), clients.get(i).command);
            Path made = Files.createDirectory(folder.resolve("made" + i));
            // The folder is the user's, but this need only be readable.
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            if (!clients.get(i).build.isEmpty()) {
                built(clients.get(i)).copyTo(made);
            }
            all.append(String.format(
                    "mkdir in%1$d; cp -R interfaces.c fields made%1$d/. in%1$d; (cd in%1$d; sh ../client%1$d >../out%1$d 2>../err%1$d)%n",
                    i));
        }
        Files.writeString(folder.resolve("all"), all);
        Distribution.Result result = mode.isEmpty()
                ? Distribution.bare(
                        user,
                        folder,
                        "",
                        List.of("unshare", user.isRoot() ? "-nm" : "-Urnm", "sh", "-c", REAL + ". ./all"))
                : Distribution.sluiceIn(user, folder, "", sandboxed(mode));
        Assumptions.assumeFalse(
                result.status() != 0 && result.err().contains("Operation not permitted"), "no network namespaces here");
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            assertTrue(Files.exists(folder.resolve("out" + i)), result::err);
            told.add(new Told(
                    Files.readString(folder.resolve("out" + i)),
                    Files.readString(folder.resolve("err" + i)) + result.err() + said(clients.get(i))));
        }
        runs.put(user + mode, told);
        return told;
    }

    private String[] sandboxed(String mode) {
        List<String> arguments = new ArrayList<>(List.of("run", "--profile", "interfaces.json", "--netlink", mode));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "sh", "all"));
        return arguments.toArray(String[]::new);
    }

    private static Path prepared(User user) throws Exception {
        Path folder = user.folder();
        Files.writeString(folder.resolve("interfaces.json"), PROFILE);
        Files.writeString(folder.resolve("fields"), FIELDS);
        copy("/interfaces.c", folder.resolve("interfaces.c"));
        return folder;
    }

    private static void copy(String resource, Path to) throws Exception {
        try (InputStream in = Objects.requireNonNull(Compared.class.getResourceAsStream(resource))) {
            Files.copy(in, to);
        }
    }
}
