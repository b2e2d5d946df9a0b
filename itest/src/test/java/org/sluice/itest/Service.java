package org.sluice.itest;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A server with its clients, as a script of the folder "services"; see "run" there. A run says that the server answers,
 * waits for a line, and leaves what the clients saw in a file.
 *
 * @param name the script's name
 * @param port the port where such a server listens by custom; 0 if it has only Unix sockets
 * @param needs the programs
 */
record Service(String name, int port, List<String> needs) {

    private static final List<Service> ALL = List.of(
            new Service("redis", 6379, List.of("redis-server", "redis-cli", "redis-benchmark")),
            new Service("nginx", 8081, List.of("nginx", "curl", "wrk")),
            new Service("node", 8082, List.of("node", "curl")),
            new Service("python", 8080, List.of("python3", "curl")),
            new Service("postgresql", 5432, List.of("initdb", "pg_ctl", "pgbench", "psql")),
            new Service("memcached", 11211, List.of("memcached", "python3")),
            new Service("iperf3", 5201, List.of("iperf3", "python3")),
            new Service("dnsmasq", 5300, List.of("dnsmasq", "python3")),
            new Service("ssh-agent", 0, List.of("ssh-agent", "ssh-add", "ssh-keygen")),
            new Service("dbus", 0, List.of("dbus-daemon", "dbus-send", "gdbus", "python3")));

    static Stream<Service> all() {
        return ALL.stream();
    }

    static Service named(String name) {
        return all().filter(service -> service.name.equals(name)).findFirst().orElseThrow();
    }

    /** Those who can run it: PostgreSQL refuses root. */
    Stream<User> users() {
        return name.equals("postgresql") ? User.ordinary() : User.available();
    }

    /** Whether it takes its port anew for each client. */
    boolean bindsAgain() {
        return name.equals("iperf3");
    }

    /** Skips the test where a program is missing. */
    void require() {
        Programs.require(needs.toArray(String[]::new));
    }

    /** A new folder of the user with the scripts. */
    Path prepared(User user) throws Exception {
        Path folder = user.folder();
        for (String script : List.of("run", name)) {
            try (InputStream in = Objects.requireNonNull(Service.class.getResourceAsStream("/services/" + script))) {
                Files.copy(in, folder.resolve(script));
            }
        }
        return folder;
    }

    /** What runs it in a prepared folder. */
    List<String> command(String instance, int where) {
        return List.of("bash", "run", name, instance, Integer.toString(where));
    }

    /** Starts it in a sandbox with the given arguments of {@code run}. */
    Running inSandbox(User user, Path folder, String instance, int where, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(arguments));
        all.add("--");
        all.addAll(command(instance, where));
        return Running.sluice(user, folder, all.toArray(String[]::new));
    }

    /** Starts it without a sandbox. */
    Running bare(User user, Path folder, String instance, int where) throws Exception {
        return Running.start(user, folder, command(instance, where));
    }

    /** Lets the clients start, once the server answers. */
    static void goOn(Running... runs) throws Exception {
        for (Running running : runs) {
            running.awaitLine("up\n");
        }
        for (Running running : runs) {
            running.write("go on\n");
        }
    }

    /** What the clients saw in a run that went on to its end. */
    static String result(Running running, Path folder) throws Exception {
        if (running.awaitEnd() != 0) {
            throw new AssertionError("exit status " + running.awaitEnd() + ": " + running.output());
        }
        return Files.readString(folder.resolve("result"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
