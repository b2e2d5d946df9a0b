package org.sluice.shell;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.SandboxFactory;
import org.sluice.core.TraceRecord;

/** The calls of sandboxes as they are answered. */
@Component(
        service = TraceCommand.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=trace"})
public final class TraceCommand {

    private static final Set<String> OUTCOMES = Set.of("", "ok", "denied", "error", "kernel");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    private static final int PAUSE_MILLIS = 50;

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public TraceCommand(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** {@code sluice:trace}. Ends with the sandboxes that were named, after so many calls, or by Ctrl-C. */
    @Descriptor("shows the calls of sandboxes as they are answered, until Ctrl-C; none waits for that")
    public void trace(
            @Descriptor("print a JSON object for each, time in nanoseconds")
                    @Parameter(
                            names = {"-j", "--json"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean json,
            @Descriptor("only this system call")
                    @Parameter(
                            names = {"-c", "--call"},
                            absentValue = "")
                    String call,
            @Descriptor("only these answers: ok, denied, error or kernel")
                    @Parameter(
                            names = {"-v", "--verdict"},
                            absentValue = "")
                    String verdict,
            @Descriptor("end after so many")
                    @Parameter(
                            names = {"-n", "--number"},
                            absentValue = "9223372036854775807")
                    long number,
            @Descriptor("names of sandboxes; all, also those to come, if there is none") String... sandboxes)
            throws InterruptedException {
        if (!OUTCOMES.contains(verdict)) {
            throw new IllegalArgumentException("'" + verdict + "' is no verdict; write ok, denied, error or kernel");
        }
        try (TracedSandboxes traced = new TracedSandboxes(factory, List.of(sandboxes))) {
            boolean named = traced.areSeveral();
            long left = number;
            while (left > 0 && !traced.isOver()) {
                for (TraceRecord record : traced.next()) {
                    boolean wanted = (call.isEmpty() || call.equals(record.call()))
                            && (verdict.isEmpty() || verdict.equals(record.outcome()));
                    if (wanted && left > 0) {
                        System.out.println(json ? Json.of(facts(record)) : text(record, named));
                        left--;
                    }
                }
                System.out.flush();
                if (left > 0 && !traced.isOver()) {
                    // A writer that woke its readers would make the target wait for that.
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
            if (traced.dropped() > 0) {
                System.err.println(traced.dropped() + " calls are not shown, because they came faster than that");
            }
        }
    }

    /**
     * Two lines, because arguments are long: who, what, the answer, who gave it and the time; then the arguments.
     *
     * @param named whether the second one begins with the sandbox
     */
    static String text(TraceRecord record, boolean named) {
        String answer = record.outcome().equals("kernel") ? "by the kernel" : record.result();
        String by = record.handler().isEmpty() ? "" : " by " + record.handler();
        String line = String.format(
                "%s %7d %-15s %s: %s%s, %s",
                TIME.format(record.time().atZone(ZoneId.systemDefault())),
                record.pid(),
                Table.printable(record.command()),
                record.call(),
                answer,
                by,
                Latencies.text(record.nanos()));
        String arguments = Table.printable(record.arguments());
        return line + "\n" + new Table(" ", named ? record.sandbox() + ": " + arguments : arguments);
    }

    private static Map<String, Object> facts(TraceRecord record) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("time", record.time().toString());
        facts.put("sandbox", record.sandbox());
        facts.put("pid", record.pid());
        facts.put("command", record.command());
        facts.put("call", record.call());
        facts.put("arguments", record.arguments());
        facts.put("verdict", record.outcome());
        facts.put("result", record.result());
        facts.put("handler", record.handler());
        facts.put("nanos", record.nanos());
        return facts;
    }
}
