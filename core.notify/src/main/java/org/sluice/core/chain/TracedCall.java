package org.sluice.core.chain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.TraceRecord;
import org.sluice.core.trap.Names;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;

/** A call that somebody watches, until it is answered. */
final class TracedCall {

    private static final Logger LOG = LoggerFactory.getLogger(TracedCall.class);

    private static final int LONGEST = 512;
    private static final Map<Long, String> FAMILIES =
            Map.of(1L, "AF_UNIX", 2L, "AF_INET", 10L, "AF_INET6", 16L, "AF_NETLINK");
    private static final Map<Long, String> TYPES = Map.of(1L, "SOCK_STREAM", 2L, "SOCK_DGRAM", 3L, "SOCK_RAW");
    private static final long SOCK_TYPE = 0xf;
    private static final int AT_FDCWD = -100;

    private final Trace trace;
    private final SandboxChain chain;
    private final Notification call;
    private final long began = System.nanoTime();
    private volatile String handler = "";

    TracedCall(Trace trace, SandboxChain chain, Notification call) {
        this.trace = trace;
        this.chain = chain;
        this.call = call;
    }

    /** A handler gave an answer of its own. */
    void answeredBy(String name) {
        handler = name;
    }

    /** The call is about to be answered. Whatever fails here, it is. */
    void ends(Verdict verdict) {
        try {
            record(verdict);
        } catch (RuntimeException e) {
            LOG.warn("{} of {} was not traced", call.name(), chain.name(), e);
        }
    }

    private void record(Verdict verdict) {
        long nanos = System.nanoTime() - began;
        int pid = call.target().pid();
        String command = call.target().command();
        String arguments = arguments();
        trace.add(number -> new TraceRecord(
                number,
                Instant.now(),
                chain.name(),
                pid,
                command,
                call.name(),
                arguments,
                outcome(verdict),
                result(verdict),
                handler,
                nanos));
    }

    private static String outcome(Verdict verdict) {
        if (verdict.continued()) {
            return "kernel";
        }
        return verdict.succeeded() ? "ok" : verdict.denial().isPresent() ? "denied" : "error";
    }

    private static String result(Verdict verdict) {
        if (verdict.continued()) {
            return "";
        }
        if (verdict.handed().isPresent()) {
            return "a descriptor";
        }
        return verdict.succeeded() ? Long.toString(verdict.value()) : Errno.name(verdict.errno());
    }

    private String arguments() {
        List<Names.Parameter> parameters = chain.names().parameters(call.name());
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Math.min(6, parameters.size()); i++) {
            all.add(argument(parameters.get(i), call.argument(i)));
        }
        String text = String.join(", ", all);
        return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
    }

    private String argument(Names.Parameter parameter, long value) {
        String name = parameter.name();
        if (parameter.bits() == Long.SIZE) {
            Optional<Address> address = name.contains("addr") ? call.address() : Optional.empty();
            Optional<Bytes> path = name.contains("name") ? call.spelledPath() : Optional.empty();
            if (address.isPresent() || path.isPresent()) {
                return name + "="
                        + address.map(Address::toString)
                                .orElseGet(() -> path.orElseThrow().toString());
            }
            return name + "=" + (value >= 0 && value < 1 << 16 ? Long.toString(value) : "0x" + Long.toHexString(value));
        }
        int number = (int) value;
        return name + "="
                + switch (name) {
                    case "family" -> FAMILIES.getOrDefault(value, Integer.toString(number));
                    case "type" -> type(value);
                    case "dfd" -> number == AT_FDCWD ? "AT_FDCWD" : Integer.toString(number);
                    case "flags", "cmd" -> "0x" + Integer.toHexString(number);
                    default -> Integer.toString(number);
                };
    }

    private static String type(long value) {
        String base = TYPES.getOrDefault(value & SOCK_TYPE, Long.toString(value & SOCK_TYPE));
        long flags = value & ~SOCK_TYPE;
        return flags == 0 ? base : base + "|0x" + Long.toHexString(flags);
    }
}
