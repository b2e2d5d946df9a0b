package org.sluice.launcher.inside;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Latency;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** The counters of all sandboxes in the text format of Prometheus, version 0.0.4. */
final class Metrics {

    /** Its media type. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private final List<Sandbox> sandboxes;

    private Metrics(List<Sandbox> sandboxes) {
        this.sandboxes = sandboxes;
    }

    /** What they are now. */
    static String text(SandboxFactory factory) {
        List<Sandbox> sandboxes = factory.sandboxes().stream()
                .sorted(Comparator.comparing(Sandbox::name))
                .toList();
        return new Metrics(sandboxes).write();
    }

    private String write() {
        head("sluice_sandboxes", "gauge", "Sandboxes that run.");
        line("sluice_sandboxes", "", sandboxes.size());
        head("sluice_denials_total", "counter", "Calls that were denied.");
        for (Sandbox sandbox : sandboxes) {
            line(
                    "sluice_denials_total",
                    label("sandbox", sandbox.name()),
                    sandbox.denialSummary().count());
        }
        head("sluice_handler_calls_total", "counter", "Calls that a handler was asked about.");
        each("sluice_handler_calls_total", HandlerStatus::calls);
        head("sluice_handler_failures_total", "counter", "Calls that a handler failed.");
        each("sluice_handler_failures_total", HandlerStatus::failures);
        head(
                "sluice_handler_active",
                "gauge",
                "Whether a handler serves: 0 if it is missing, in quarantine or leaked.");
        each("sluice_handler_active", handler -> handler.state().equals("active") ? 1 : 0);
        head("sluice_handler_seconds", "gauge", "Time of a handler's own for a call, to within a factor of two.");
        for (Sandbox sandbox : sandboxes) {
            for (Map.Entry<String, Latency> handler : sandbox.latencies().entrySet()) {
                String labels = labels(sandbox, handler.getKey());
                line(
                        "sluice_handler_seconds",
                        labels + ",quantile=\"0.5\"",
                        handler.getValue().p50() / 1e9);
                line(
                        "sluice_handler_seconds",
                        labels + ",quantile=\"0.99\"",
                        handler.getValue().p99() / 1e9);
            }
        }
        return text.toString();
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** For each handler that takes part; others of its name stand by and count nothing. */
    private void each(String name, Function<HandlerStatus, Number> value) {
        for (Sandbox sandbox : sandboxes) {
            Map<String, Latency> partaking = sandbox.latencies();
            for (HandlerStatus handler : sandbox.handlers()) {
                if (partaking.containsKey(handler.name()) && !handler.state().startsWith("standby")) {
                    line(name, labels(sandbox, handler.name()), value.apply(handler));
                }
            }
        }
    }

    private void line(String name, String labels, Number value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ');
        text.append(value instanceof Double number ? String.format(Locale.ROOT, "%.9f", number) : value);
        text.append('\n');
    }

    private static String labels(Sandbox sandbox, String handler) {
        return label("sandbox", sandbox.name()) + "," + label("handler", handler);
    }

    private static String label(String key, String value) {
        return key + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
