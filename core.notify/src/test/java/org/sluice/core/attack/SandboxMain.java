package org.sluice.core.attack;

import java.nio.file.Path;
import java.util.List;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Runs a program in a sandbox where everything is allowed and performed, and prints what it prints. Arguments: a folder of
 * its own, the program, and what handlers take part besides, as JSON.
 */
final class SandboxMain {

    private SandboxMain() {}

    /** Has calls performed that the handlers of the distribution ask for in some profiles only. */
    @Handler(name = "org.sluice.test.onlooker", stage = Stage.OBSERVE)
    @Traps({"accept(upeer_sockaddr!=0)", "accept4(upeer_sockaddr!=0)", "recvfrom(addr!=0)", "setsockopt"})
    static final class Onlooker implements SyscallHandler {
        @Override
        public Verdict handle(Call call, Chain chain) {
            return chain.proceed(call);
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (Arena arena = Arena.standard(Path.of(arguments[0]), List.of())) {
            arena.add(new Onlooker());
            Arena.Result result = arena.run(
                    Arena.profile("\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\" },"
                            + " \"unix\": { \"default\": \"allow\" }, \"handlers\": { \"bind\": {}, \"connect\": {},"
                            + " \"unix\": {}, " + (arguments.length > 2 ? arguments[2] + ", " : "")
                            + "\"org.sluice.test.onlooker\": {} }"),
                    arguments[1],
                    arguments[0]);
            System.out.print(result.output());
            System.exit(result.status());
        }
    }
}
