package org.sluice.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.sluice.core.Approvals;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.LiveSettings;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.SandboxSpec;
import org.sluice.core.TargetProcess;
import org.sluice.core.TraceFeed;
import org.sluice.core.TraceRecord;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.policy.DenialLog;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.PolicyException;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.RuleSet;

class CommandsTest {

    private final RuleSet rules = new RuleSet(
            new ProfileBuilder("default").allowConnect("192.0.2.1!80").build(), socket -> true);
    private final DenialLog denials = new DenialLog();
    private final List<String> done = new ArrayList<>();
    /** What a sandbox that is over tells of its end. */
    private final List<Object> ended = List.of(CompletableFuture.completedFuture(null));

    private final TraceFeed feed = fake(
            TraceFeed.class,
            arguments -> done.add("close"),
            Map.of(
                    "next",
                    arguments ->
                            List.of(record("connect", "denied", "EACCES", "connect"), record("bind", "ok", "0", "")),
                    "dropped",
                    arguments -> 0L));
    private final Sandbox sandbox = fake(
            Sandbox.class,
            // Its end, and what returns nothing.
            arguments -> ended.get(0),
            Map.of(
                    "name", arguments -> "box",
                    "main", arguments -> fake(TargetProcess.class, a -> null, Map.of("pid", a -> 4711)),
                    "rules", arguments -> rules,
                    "denialSummary", arguments -> denials.summary(),
                    "handlers",
                            arguments -> List.of(
                                    new HandlerStatus(
                                            "bind",
                                            "org.sluice.handler.bind 0.1.0",
                                            "LEARN",
                                            0,
                                            false,
                                            List.of("bind"),
                                            List.of(),
                                            12,
                                            0,
                                            "active"),
                                    new HandlerStatus(
                                            "com.example.uname",
                                            "com.example 1.0.0",
                                            "ANSWER",
                                            7,
                                            true,
                                            List.of(),
                                            List.of("uname"),
                                            0,
                                            5,
                                            "quarantined")),
                    "latencies", arguments -> Map.of("bind", new Latency(12, 3072, 8110)),
                    "trace", arguments -> feed,
                    "state",
                            arguments -> Map.of(
                                    "tcp 8080",
                                    "7 7 1 6 00000000 46 8080 41233 open\n8 8 1 6 00000000 46 8080 41233 open",
                                    "udp 53",
                                    "9 9 1 17 7f000001 46 53 53 open",
                                    "tcp 81",
                                    "10 10 1 6 00000000 46 81 40001 closed",
                                    "remapped",
                                    "7 7 1 6 00000000 46 8080 41233 open",
                                    "ports",
                                    Map.of("8080", 41233)),
                    "release", arguments -> done.add("release " + arguments[0]),
                    "close", arguments -> done.add("close")));
    private final SandboxFactory factory = fake(
            SandboxFactory.class,
            arguments -> null,
            Map.of(
                    "sandboxes", arguments -> List.of(sandbox),
                    "sandbox", arguments -> arguments[0].equals("box") ? Optional.of(sandbox) : Optional.empty(),
                    "start",
                            arguments -> {
                                SandboxSpec spec = (SandboxSpec) arguments[0];
                                done.add(spec.profile().name() + " " + spec.name() + " "
                                        + spec.command().arguments());
                                return sandbox;
                            }));
    private final SandboxCommands sandboxes = new SandboxCommands(factory);
    private final RuleCommands ruleCommands = new RuleCommands(factory);
    private final HandlerCommands handlers = new HandlerCommands(factory);

    @Test
    void listsSandboxes() {
        assertEquals("SANDBOX  PID   DENIED  RULES\nbox      4711  0       open to change", sandboxes.ps(false));
    }

    @Test
    void listsPorts() {
        assertEquals(
                """
                PORT    OUTSIDE  ADDRESS
                53/udp  53/udp   127.0.0.1
                8080    41233    0.0.0.0""",
                handlers.ports(false, "box"));
    }

    @Test
    void tellsAboutOne() {
        assertEquals(
                """
                sandbox                   box
                first process             4711
                rules, profile            1
                rules, learned            0
                rules, administrator      0
                locked                    no
                calls denied              0
                handler bind              active
                handler com.example.una…  quarantined""",
                sandboxes.info(false, "box"));
    }

    @Test
    void startsACommandWithAnEmptyInput() {
        assertEquals("box", sandboxes.run("server", "n", new String[] {"nginx", "-g", "daemon off;"}));
        assertEquals(List.of("server n [nginx, -g, daemon off;]"), done);
        assertThrows(IllegalArgumentException.class, () -> sandboxes.run("server", "", new String[0]));
    }

    @Test
    void endsASandbox() {
        assertEquals("box has ended", sandboxes.kill("box"));
        assertEquals(List.of("close"), done);
    }

    @Test
    void listsHandlersWithWhatReachesThem() {
        assertEquals(
                """
                HANDLER            CALLS  FAILED  P50     P99     STATE AND TRAPS
                bind               12     0       3.1 µs  8.1 µs  active, optional; LEARN; traps
                                                                  bind; org.sluice.handler.bind
                                                                  0.1.0
                com.example.uname  0      5       -       -       quarantined, required; ANSWER,
                                                                  ranking 7; not delivered:
                                                                  uname; com.example 1.0.0""",
                handlers.handlers(false, "box"));
    }

    private static TraceRecord record(String call, String outcome, String result, String handler) {
        Instant time = Instant.EPOCH;
        return new TraceRecord(1, time, "box", 7, "cu\u001brl", call, "fd=3", outcome, result, handler, 35_400);
    }

    private String traced(String call, String verdict, boolean json) throws Exception {
        return traced(call, verdict, json, Long.MAX_VALUE, "box");
    }

    private String traced(String call, String verdict, boolean json, long number, String... names) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
        try {
            new TraceCommand(factory).trace(json, call, verdict, number, names);
        } finally {
            System.setOut(before);
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsCallsAsTheyAreAnswered() throws Exception {
        String both = traced("", "", false);
        assertTrue(both.contains("       7 cu\\u001brl      connect: EACCES by connect, 35 µs\n   fd=3\n"), both);
        assertTrue(both.contains(" bind: 0, 35 µs\n"), both);
        assertTrue(traced("bind", "", false).contains("bind"));
        assertEquals("", traced("bind", "denied", false));
        assertEquals(
                "{\"time\":\"1970-01-01T00:00:00Z\",\"sandbox\":\"box\",\"pid\":7,\"command\":\"cu\\u001brl\","
                        + "\"call\":\"connect\",\"arguments\":\"fd=3\",\"verdict\":\"denied\",\"result\":\"EACCES\","
                        + "\"handler\":\"connect\",\"nanos\":35400}\n",
                traced("", "denied", true));
        assertEquals(List.of("close", "close", "close", "close"), done);
        String all = traced("", "", false, 2);
        assertTrue(all.contains("       7 cu\\u001brl      connect: EACCES by connect, 35 µs\n   box: fd=3\n"), all);
        assertEquals(5, done.size());
        assertEquals(
                "there is no sandbox other here; sluice:ps lists them",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> traced("", "", false, Long.MAX_VALUE, "box", "other"))
                        .getMessage());
        assertEquals(5, done.size());
        assertEquals(
                "'no' is no verdict; write ok, denied, error or kernel",
                assertThrows(IllegalArgumentException.class, () -> traced("", "no", false))
                        .getMessage());
    }

    @Test
    void countsTheCallsOfHandlers() {
        StatCommands stats = new StatCommands(factory);
        assertEquals(
                """
                SANDBOX  HANDLER  CALLS  FAILED  P50     P99
                box      bind     12     0       3.1 µs  8.1 µs""",
                stats.stats(false));
        assertEquals(
                "[{\"sandbox\":\"box\",\"handler\":\"bind\",\"calls\":12,\"failed\":0,\"p50\":3072,\"p99\":8110}]",
                stats.stats(true));
    }

    @Test
    void everyTableIsJsonToo() {
        assertEquals(
                "[{\"sandbox\":\"box\",\"pid\":4711,\"denied\":0,\"rules\":\"open to change\"}]", sandboxes.ps(true));
        assertTrue(sandboxes.info(true, "box").startsWith("{\"sandbox\":\"box\",\"first process\":4711,"));
        assertTrue(handlers.handlers(true, "box")
                .contains("{\"handler\":\"com.example.uname\",\"calls\":0,\"failed\":5,\"p50\":0,\"p99\":0,"
                        + "\"bundle\":\"com.example 1.0.0\",\"stage\":\"ANSWER\",\"ranking\":7,\"required\":true,"
                        + "\"state\":\"quarantined\",\"traps\":[],\"not_delivered\":[\"uname\"]}"));
        assertTrue(handlers.ports(true, "box").contains("{\"port\":\"8080\",\"outside\":\"41233\","));
        assertTrue(ruleCommands.rules(true, "box").contains("\"from\":\"--allow-connect '192.0.2.1!80'\""));
        assertEquals("[]", ruleCommands.denials(true, "box"));
    }

    @Test
    void completesWhatCanStandThere() {
        Completion completion = new Completion(factory);
        assertEquals(List.of("box"), completion.words(List.of("sluice:info", "b"), 1));
        assertEquals(List.of("box"), completion.words(List.of("handlers", "--json", ""), 2));
        assertEquals(List.of("bind", "connect", "send"), completion.words(List.of("allow", "box", ""), 2));
        assertEquals(List.of("bind", "com.example.uname"), completion.words(List.of("release", "box", ""), 2));
        assertEquals(List.of("add", "down", "remove", "up"), completion.words(List.of("links", "box", ""), 2));
        assertEquals(List.of(), completion.words(List.of("info", "box", ""), 2));
    }

    @Test
    void completesTheCommandsThatConcernTheSupervisor() {
        Completion completion = new Completion(factory);
        assertEquals(List.of("bind", "com.example.uname"), completion.words(List.of("swap", ""), 1));
        assertEquals(List.of(), completion.words(List.of("swap", "bind", ""), 2));
        assertEquals(List.of("reload", "show"), completion.words(List.of("profile", ""), 1));
        assertEquals(List.of("box"), completion.words(List.of("profile", "reload", ""), 2));
        assertEquals(List.of("approvals", "supervisor"), completion.words(List.of("config", ""), 1));
        assertTrue(completion.words(List.of("log", "org.sluice", ""), 2).contains("debug"));
    }

    @Test
    void listsAndCompletesWhatWaitsForAnApproval() {
        ApprovalRequest request = fake(
                ApprovalRequest.class,
                arguments -> null,
                Map.of(
                        "id", arguments -> 7L,
                        "sandbox", arguments -> "box",
                        "pid", arguments -> 12,
                        "command", arguments -> "cat",
                        "access", arguments -> "read",
                        "path", arguments -> Bytes.utf8("/etc/secret")));
        Approvals waiting = fake(Approvals.class, arguments -> null, Map.of("waiting", arguments -> List.of(request)));
        SandboxFactory asked = fake(SandboxFactory.class, arguments -> null, Map.of("approvals", arguments -> waiting));
        assertEquals(
                "[{\"number\":7,\"sandbox\":\"box\",\"pid\":12,\"command\":\"cat\",\"asks_to\":\"read /etc/secret\"}]",
                new ApprovalCommands(asked).approvals(true));
        assertTrue(new ApprovalCommands(asked).approvals(false).contains("read /etc/secret"));
        Completion completion = new Completion(asked);
        assertEquals(List.of("7"), completion.words(List.of("approve", ""), 1));
        assertEquals(List.of("always", "once", "session"), completion.words(List.of("approve", "7", ""), 2));
        assertEquals(List.of("never", "once"), completion.words(List.of("sluice:reject", "7", ""), 2));
        assertEquals(List.of(), completion.words(List.of("reject", "7", "once", ""), 3));
    }

    @Test
    void reloadsAProfileAndSaysWhatStays() {
        Sandbox box = fake(
                Sandbox.class,
                arguments -> null,
                Map.of(
                        "name",
                        arguments -> "box",
                        "profile",
                        arguments -> new ProfileBuilder("default").build(),
                        "reload",
                        arguments -> List.of("files (Landlock)")));
        ProfileCommand profiles = new ProfileCommand(
                fake(SandboxFactory.class, arguments -> null, Map.of("sandbox", arguments -> Optional.of(box))));
        assertEquals(
                """
                box:       profile default is reloaded
                unchanged  files (Landlock)
                           start the sandbox anew for what is unchanged""",
                profiles.profile("reload", "box"));
        assertTrue(profiles.profile("show", "box").startsWith("{\n"), () -> profiles.profile("show", "box"));
        assertEquals(
                "profile does not know 'now'; use show or reload",
                assertThrows(IllegalArgumentException.class, () -> profiles.profile("now", "box"))
                        .getMessage());
    }

    @Test
    void changesSettingsOfTheSupervisor() throws Exception {
        ConfigCommands config = config();
        assertEquals(
                """
                NAME        KEY         VALUE  STANDARD  MEANING
                supervisor  swap-grace  1s     500ms     how long calls wait""",
                config.config(false));
        assertEquals("supervisor: swap-grace=2s drain=", config.config("supervisor", "swap-grace=2s", "drain="));
        assertEquals(List.of("change {swap-grace=2s}", "org.sluice.supervisor {swap-grace=2s}"), done);
        assertEquals("com.example: a=b", config.config("com.example", "a=b"));
        assertThrows(IllegalArgumentException.class, () -> config.config("supervisor", "drain"));
        assertThrows(IllegalArgumentException.class, () -> config.config("supervisor", "drain=1s", "=1"));
        assertThrows(IllegalArgumentException.class, () -> config.config("x", "a=b"));
        assertEquals(3, done.size(), done::toString);
    }

    private ConfigCommands config() {
        LiveSettings settings = fake(
                LiveSettings.class,
                arguments -> done.add("change " + arguments[0]),
                Map.of(
                        "pid",
                        arguments -> "org.sluice.supervisor",
                        "settings",
                        arguments ->
                                List.of(new LiveSettings.Setting("swap-grace", "1s", "500ms", "how long calls wait"))));
        ConfigurationAdmin admin = fake(
                ConfigurationAdmin.class,
                arguments -> null,
                Map.of("getConfiguration", arguments -> configuration(String.valueOf(arguments[0]))));
        return new ConfigCommands(admin, List.of(settings));
    }

    private Configuration configuration(String pid) {
        Map<String, Object> before = Map.of("drain", "1s");
        return fake(
                Configuration.class,
                arguments -> null,
                Map.of(
                        "getProperties",
                        arguments -> FrameworkUtil.asDictionary(before),
                        "update",
                        arguments -> done.add(pid + " " + FrameworkUtil.asMap((Dictionary<?, ?>) arguments[0]))));
    }

    @Test
    void releasesAHandler() {
        assertEquals("box: bind is released", handlers.release("box", "bind"));
        assertEquals(List.of("release bind"), done);
    }

    @Test
    void changesTheRulesUntilTheyAreLocked() {
        ruleCommands.allow("box", "connect", "192.0.2.0/24", "!443");
        ruleCommands.deny("box", "bind", "/run/x.sock");
        assertEquals(
                """
                LAYER          FROM                      RULE
                profile        --allow-connect '192.0.…  allow net/connect 192.0.2.1!80
                administrator  shell                     allow net/connect 192.0.2.0/24!443
                administrator  shell                     deny net/bind /run/x.sock""",
                ruleCommands.rules(false, "box"));
        ruleCommands.lock("box");
        assertThrows(PolicyException.class, () -> ruleCommands.allow("box", "connect", "any!*"));
        assertEquals(
                "'listen' is no operation; write connect, bind or send",
                assertThrows(IllegalArgumentException.class, () -> ruleCommands.deny("box", "listen", "any!*"))
                        .getMessage());
    }

    @Test
    void listsDenialsCounted() {
        Denial denial = new Denial("net/connect", "192.0.2.1!443", "no grant", "--allow-connect '192.0.2.1!443'");
        for (int i = 0; i < 2; i++) {
            denials.add(new DenialRecord(Instant.EPOCH, "box", 7, "curl", "connect", 13, denial));
        }
        assertEquals(
                """
                TIMES  BY    WHAT         TARGET AND REASON
                2      curl  net/connect  192.0.2.1!443: no grant (--allow-connect
                                          '192.0.2.1!443')""",
                ruleCommands.denials(false, "box"));
    }

    @Test
    void anUnknownSandboxIsNamed() {
        assertEquals(
                "there is no sandbox other here; sluice:ps lists them",
                assertThrows(IllegalArgumentException.class, () -> handlers.handlers(false, "other"))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                SandboxCommands.class,
                RuleCommands.class,
                HandlerCommands.class,
                LinkCommands.class,
                StatCommands.class,
                TraceCommand.class,
                SessionCommands.class,
                SwapCommand.class,
                ConfigCommands.class,
                LogCommand.class,
                ProfileCommand.class
            })
    void everythingHasHelp(Class<?> commands) {
        List<Method> methods = Stream.of(commands.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .toList();
        for (Method method : methods) {
            assertTrue(method.isAnnotationPresent(Descriptor.class), method.toString());
            for (Parameter parameter : method.getParameters()) {
                boolean told = parameter.isAnnotationPresent(Descriptor.class);
                // The session is the shell's to give, not a person's.
                assertTrue(told || parameter.getType() == CommandSession.class, method + " " + parameter);
            }
        }
        assertTrue(!methods.isEmpty());
    }

    private static <T> T fake(
            Class<T> type, Function<Object[], Object> otherwise, Map<String, Function<Object[], Object>> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    Object answer =
                            answers.getOrDefault(method.getName(), otherwise).apply(arguments);
                    return method.getReturnType() == void.class ? null : answer;
                }));
    }
}
