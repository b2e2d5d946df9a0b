package org.sluice.testkit;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.Handler;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/** Handlers to be tested, one of each stage. */
final class Handlers {

    static final int EADDRINUSE = 98;

    private Handlers() {}

    /** Tells every process that its parent has a number of the profile's. */
    @Handler(name = "com.example.parent", stage = Stage.ANSWER)
    @Traps("getppid")
    record Parent(long usual) implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            call.state().update("calls", old -> old == null ? 1L : (Long) old + 1);
            return Verdict.value(call.sandbox().settings("com.example.parent").number("number", usual));
        }
    }

    /** Keeps its count under another name. */
    @Handler(name = "com.example.parent", stage = Stage.ANSWER, schema = 2)
    @Traps("getppid")
    static final class NextParent implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return Verdict.value(call.state().get("asked", Long.class).orElse(0L));
        }

        @Override
        public Map<String, Object> migrate(int schema, Map<String, Object> state) {
            return Map.of("asked", state.getOrDefault("calls", 0L));
        }
    }

    /** Takes the next port where one is taken. */
    @Handler(name = "com.example.next", stage = Stage.TRANSLATE)
    @Traps("bind")
    static final class NextPort implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            Verdict verdict = chain.proceed(call);
            if (!verdict.succeeded()
                    && verdict.errno() == EADDRINUSE
                    && call.address().orElse(null) instanceof Address.Inet inet) {
                return chain.proceed(call.withAddress(inet.withPort(inet.port() + 1)));
            }
            return verdict;
        }
    }

    /** Notes where the sandbox connects to. */
    @Handler(name = "com.example.watch", stage = Stage.OBSERVE)
    @Traps("connect")
    static final class Watch implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            Verdict verdict = chain.proceed(call);
            String where = call.address().map(Address::toString).orElse("");
            call.sandbox().event(new Event("connected", Map.of("to", where, "errno", "" + verdict.errno())));
            return verdict;
        }
    }

    /** Denies UDP. */
    @Handler(name = "com.example.streams", stage = Stage.DECIDE)
    @Traps("socket(type&SOCK_DGRAM)")
    static final class Streams implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            if (call.argument("family") == 2) {
                return Verdict.deny(new Denial("net/udp", "socket", "streams only", ""));
            }
            return chain.proceed(call);
        }
    }

    /** Fails. */
    @Handler(name = "com.example.broken", stage = Stage.ANSWER)
    @Traps("getppid")
    static final class Broken implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            throw new IllegalStateException("no parent today");
        }
    }

    /** Gives a file. */
    @Handler(name = "com.example.load", stage = Stage.ANSWER)
    @Traps("getppid")
    static final class Load implements SyscallHandler, VirtualFiles {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return chain.proceed(call);
        }

        @Override
        public Set<String> paths(Settings settings) {
            return Set.of("/proc/loadavg");
        }

        @Override
        public Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
            return Optional.of(Bytes.utf8("0.00 0.00 0.00 1/1 1\n"));
        }
    }
}
