package org.sluice.shell;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.jline.terminal.Terminal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** How much work the handlers have, once or live. */
@Component(
        service = StatCommands.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=stats", "osgi.command.function=top"})
public final class StatCommands {

    /** Cursor to the first place, and all below it empty (ECMA-48: CUP, ED). */
    private static final String CLEAR = "\u001b[H\u001b[J";

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public StatCommands(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** A handler's counts at one moment. */
    private record Line(String sandbox, String handler, long calls, long failures, Latency latency) {

        String key() {
            return sandbox + " " + handler;
        }
    }

    private List<Line> lines() {
        return factory.sandboxes().stream()
                .sorted(Comparator.comparing(Sandbox::name))
                .flatMap(sandbox -> {
                    Map<String, Latency> latencies = sandbox.latencies();
                    return sandbox.handlers().stream()
                            .filter(handler -> latencies.containsKey(handler.name()) && isCounted(handler))
                            .map(handler -> new Line(
                                    sandbox.name(),
                                    handler.name(),
                                    handler.calls(),
                                    handler.failures(),
                                    latencies.getOrDefault(handler.name(), new Latency(0, 0, 0))));
                })
                .toList();
    }

    private static boolean isCounted(HandlerStatus handler) {
        return !handler.state().startsWith("standby");
    }

    /** {@code sluice:stats}. */
    @Descriptor("counts the calls of each handler in each sandbox, those it failed, and how long it needs for one")
    public String stats(
            @Descriptor("print JSON, times in nanoseconds")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json) {
        Table table = new Table("SANDBOX", "HANDLER", "CALLS", "FAILED", "P50", "P99");
        for (Line line : lines()) {
            Latency latency = line.latency();
            table.row(
                    line.sandbox(),
                    line.handler(),
                    line.calls(),
                    line.failures(),
                    json ? latency.p50() : Latencies.text(latency.p50()),
                    json ? latency.p99() : Latencies.text(latency.p99()));
        }
        return table.render(json);
    }

    /** {@code sluice:top}. */
    @Descriptor("shows again and again which handlers have most calls in a second, until Ctrl-C")
    public void top(
            CommandSession session,
            @Descriptor("seconds between two looks")
                    @Parameter(
                            names = {"-d", "--delay"},
                            absentValue = "1")
                    double delay,
            @Descriptor("end after so many looks")
                    @Parameter(
                            names = {"-n", "--number"},
                            absentValue = "2147483647")
                    int number)
            throws InterruptedException {
        boolean onTerminal = session.get(".terminal") instanceof Terminal;
        Map<String, Long> before = new HashMap<>();
        lines().forEach(line -> before.put(line.key(), line.calls()));
        long last = System.nanoTime();
        for (int i = 0; i < number && !factory.sandboxes().isEmpty(); i++) {
            // Rates are of a stretch of time, so it has to pass.
            Thread.sleep(Math.max(50, (long) (delay * 1000)));
            long now = System.nanoTime();
            System.out.println((onTerminal ? CLEAR : "") + rates(before, (now - last) / 1e9));
            System.out.flush();
            last = now;
        }
    }

    /** The busiest first; remembers the counts for the next time. */
    private Table rates(Map<String, Long> before, double seconds) {
        Table table = new Table("SANDBOX", "HANDLER", "CALLS/S", "CALLS", "FAILED", "P50", "P99");
        Map<String, Long> rates = new HashMap<>();
        List<Line> lines = lines();
        for (Line line : lines) {
            long fresh = line.calls() - before.getOrDefault(line.key(), 0L);
            rates.put(line.key(), Math.round(fresh / seconds));
            before.put(line.key(), line.calls());
        }
        lines.stream()
                .sorted(Comparator.comparing((Line line) -> rates.getOrDefault(line.key(), 0L))
                        .reversed())
                .forEach(line -> table.row(
                        line.sandbox(),
                        line.handler(),
                        rates.getOrDefault(line.key(), 0L),
                        line.calls(),
                        line.failures(),
                        Latencies.text(line.latency().p50()),
                        Latencies.text(line.latency().p99())));
        return table;
    }
}
