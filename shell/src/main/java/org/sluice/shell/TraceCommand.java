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
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;
import org.sluice.core.TraceFeed;
import org.sluice.core.TraceRecord;

/** The calls of a sandbox as they are answered. */
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

    /** {@code sluice:trace}. Ends with the sandbox, after so many calls, or by Ctrl-C. */
    @Descriptor("shows the calls of a sandbox as they are answered, until Ctrl-C; none waits for that")
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
            @Descriptor("name of the sandbox") String sandbox)
            throws InterruptedException {
        if (!OUTCOMES.contains(verdict)) {
            throw new IllegalArgumentException("'" + verdict + "' is no verdict; write ok, denied, error or kernel");
        }
        Sandbox found = Sandboxes.find(factory, sandbox);
        try (TraceFeed feed = found.trace()) {
            long left = number;
            boolean ended = false;
            while (left > 0 && !ended) {
                // Looked at first: what came before the end is still shown.
                ended = found.end().isDone();
                left = show(feed.next(), call, verdict, json, left);
                System.out.flush();
                if (left > 0 && !ended) {
                    // A writer that woke its readers would make the target wait for that.
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
            if (feed.dropped() > 0) {
                System.err.println(feed.dropped() + " calls are not shown, because they came faster than that");
            }
        }
    }

    private static long show(List<TraceRecord> records, String call, String verdict, boolean json, long most) {
        long left = most;
        for (TraceRecord record : records) {
            boolean wanted = (call.isEmpty() || call.equals(record.call()))
                    && (verdict.isEmpty() || verdict.equals(record.outcome()));
            if (wanted && left > 0) {
                System.out.println(json ? Json.of(facts(record)) : text(record));
                left--;
            }
        }
        return left;
    }

    /** Two lines, because arguments are long: who, what, the answer, who gave it and the time; then the arguments. */
    static String text(TraceRecord record) {
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
        return line + "\n" + new Table(" ", Table.printable(record.arguments()));
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
