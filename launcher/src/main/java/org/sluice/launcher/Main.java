package org.sluice.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.sluice.launcher.inside.Nesting;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * The {@code sluice} command. Reads the command line, starts the framework as far as the command needs it, and hands over
 * to the service that the launcher's bundle registers there. Exit status 125 says that Sluice itself failed.
 */
public final class Main {

    /** Sluice itself failed, as a shell's 126 and 127 are for the command. */
    static final int FAILED = 125;

    /** Ends the process faster than the virtual machine does, once the framework has started. */
    private static IntConsumer leave = status -> {};

    private Main() {}

    /** Runs one command and ends the virtual machine with its exit status. */
    public static void main(String[] arguments) {
        int status;
        try {
            status = run(Arguments.last(arguments.length));
        } catch (UsageException e) {
            System.err.println("sluice: " + e.getMessage());
            status = FAILED;
        } catch (RuntimeException | Error e) {
            // Threads of the framework would keep a process alive whose main thread ended by an exception.
            System.err.println("sluice: a defect of Sluice ended it: " + e + "; please report it with what -v prints");
            if (List.of(arguments).contains("-v")) {
                e.printStackTrace();
            }
            status = FAILED;
        }
        System.out.flush();
        // What records the classes for the archive does it on the virtual machine's own way out.
        if (System.getProperty("sluice.training") == null) {
            leave.accept(status);
        }
        Runtime.getRuntime().halt(status);
    }

    private static int run(List<byte[]> raw) {
        List<String> arguments = Arguments.text(raw);
        String word = arguments.isEmpty() ? "" : arguments.get(0);
        if (word.isEmpty() || word.equals("--help") || word.equals("-h") || word.equals("help")) {
            (word.isEmpty() ? System.err : System.out).println(Parser.overview());
            return word.isEmpty() ? FAILED : 0;
        }
        if (word.equals("--version")) {
            return version();
        }
        Verb verb = Verb.of(word)
                .orElseThrow(() -> new UsageException("there is no command " + word + "; did you mean "
                        + Parser.nearest(word, Stream.of(Verb.values()).map(Verb::word)) + "? See sluice --help"));
        Parser.Parsed parsed = Parser.parse(verb, arguments.subList(1, arguments.size()));
        if (parsed.help()) {
            Parser.commandLine(verb).usage(System.out);
            return 0;
        }
        return switch (verb) {
            case VERSION -> version();
            case COMPLETION -> completion();
            case CHECK -> Check.run(home());
            default ->
                inFramework(
                        verb, parsed, Parser.order(verb, arguments.subList(1, arguments.size()), parsed), raw, home());
        };
    }

    /** Inside another Sluice this is the first that fails: its sandbox may not write to the supervisor's caches. */
    private static CacheDirectory cache(Path caches, Path home) {
        try {
            return CacheDirectory.create(caches);
        } catch (UsageException e) {
            if (Nesting.isFiltered() && Check.isSupervised(home)) {
                throw new UsageException(Nesting.MESSAGE, e);
            }
            throw e;
        }
    }

    private static int inFramework(Verb verb, Parser.Parsed parsed, List<String> order, List<byte[]> raw, Path home) {
        if (parsed.options().containsKey("-v")) {
            // Before the first logger is made: which handlers come and go, and which sandboxes they reach.
            System.setProperty("org.slf4j.simpleLogger.log.org.sluice", "info");
        }
        if (verb.level().start() > Verb.Level.CORE.start()) {
            Headstart.begin();
        }
        Places places = new Places(System.getenv(), Places.uid());
        if (verb.level().start() >= Verb.Level.ALL.start()) {
            places.requireTrusted(home.resolve("deploy"));
            places.requireTrusted(home.resolve("conf"));
        }
        long ignored = Long.parseUnsignedLong(System.getProperty("sluice.ignored-signals", "0"), 16);
        Signals signals = new Signals();
        signals.install(ignored, verb == Verb.ATTACH);
        Path caches = places.caches();
        Path sockets = places.sockets();
        Optional<Path> state = places.state();
        Optional<Path> audit = parsed.options().getOrDefault("--audit", List.of()).stream()
                .findFirst()
                .map(AuditFile::prepare);
        List<Path> premises = new ArrayList<>(List.of(home, caches, sockets));
        state.ifPresent(premises::add);
        audit.ifPresent(premises::add);
        Optional<Path> metrics = parsed.options().getOrDefault("--metrics", List.of()).stream()
                .findFirst()
                .map(name -> Path.of(name).toAbsolutePath());
        metrics.ifPresent(premises::add);
        try (CacheDirectory cache = cache(caches, home)) {
            Runtime.getRuntime().addShutdownHook(new Thread(cache::close));
            // Before the supervisor becomes non-dumpable: after that /proc/self/environ is root's.
            Map<String, Object> request = new HashMap<>();
            request.put("command", verb.word());
            request.put("options", parsed.options());
            request.put("order", order);
            request.put("arguments", new ArrayList<>(raw.subList(raw.size() - parsed.positionals(), raw.size())));
            request.put("environment", Arguments.environment());
            request.put("ignored", ignored);
            request.put("sockets", sockets);
            request.put("home", home);
            request.put("cache", cache.path());
            request.put("audit", audit);
            Consumer<IntConsumer> forward = signals::passTo;
            request.put("forward", forward);
            request.put("levels", new LogLevel());
            Boot boot = Boot.load(home, cache, premises, state, verb.level().start());
            if (metrics.isPresent() && bind(boot, metrics.get()) != 0) {
                return FAILED;
            }
            start(boot, verb, home, request);
            try {
                cache.sweep();
            } catch (IOException e) {
                System.err.println("sluice: cannot remove what an earlier run left: " + e);
            }
            @SuppressWarnings("unchecked") // registered by this jar's other half with exactly this type
            ToIntFunction<Map<String, Object>> entry = boot.entry(ToIntFunction.class);
            // The command has ended its sandboxes. Stopping every bundle would cost as much as starting them, and be as
            // good as the end of the process.
            int status = entry.applyAsInt(request);
            leave = boot.entry(IntConsumer.class);
            return status;
        }
    }

    /** Before the core starts: it protects the supervisor's places as they are then. */
    @SuppressWarnings("unchecked") // registered by this jar's other half with exactly this type
    private static int bind(Boot boot, Path metrics) {
        ToIntFunction<Map<String, Object>> entry = boot.entry(ToIntFunction.class);
        return entry.applyAsInt(Map.of("bind", metrics));
    }

    /** Starts what the command needs, beside the work on its command line. */
    private static void start(Boot boot, Verb verb, Path home, Map<String, Object> request) {
        int all = verb.level().start();
        boolean later =
                verb.level() == Verb.Level.ALL && isUnused(home.resolve("deploy")) && isUnused(home.resolve("conf"));
        int first = later ? Verb.Level.HANDLERS.start() : all;
        if (all > Verb.Level.CORE.start()) {
            boot.startCore();
        }
        Runnable handlers = () -> boot.startHandlers(first);
        Runnable started = boot::awaitStarted;
        Runnable rest = later ? () -> boot.startRest(first + 1, all) : () -> {};
        request.put("handlers", handlers);
        request.put("started", started);
        request.put("rest", rest);
        Runnable shell = boot::startShell;
        request.put("shell", shell);
        Runnable sigstore = boot::startSigstore;
        request.put("sigstore", sigstore);
    }

    /** Whether there is nothing to install or to configure, so that who watches the folder may start after the target. */
    private static boolean isUnused(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> file.endsWith("README"));
        } catch (IOException e) {
            throw new UsageException("cannot read " + folder + ": " + e + "; install Sluice again", e);
        }
    }

    /** The distribution's folder, which {@code bin/sluice} names. */
    private static Path home() {
        String home = System.getProperty("sluice.home");
        if (home == null) {
            throw new UsageException("the system property sluice.home is not set; use bin/sluice");
        }
        return Path.of(home);
    }

    private static int version() {
        Properties build = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                build.load(in);
            }
        } catch (IOException e) {
            throw new UsageException("cannot read build.properties: " + e + "; install Sluice again", e);
        }
        System.out.println("sluice " + build.getProperty("version", "of unknown version"));
        System.out.println(
                "java " + System.getProperty("java.runtime.version") + " (" + System.getProperty("java.vendor") + ")");
        System.out.println("kernel " + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
        return 0;
    }

    private static int completion() {
        CommandLine all = new CommandLine(CommandLine.Model.CommandSpec.create().name("sluice"));
        for (Verb verb : Verb.values()) {
            if (!verb.hidden()) {
                all.addSubcommand(verb.word(), Parser.commandLine(verb));
            }
        }
        System.out.println(AutoComplete.bash("sluice", all));
        return 0;
    }
}
