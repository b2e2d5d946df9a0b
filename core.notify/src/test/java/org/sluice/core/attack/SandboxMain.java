package org.sluice.core.attack;

import java.nio.file.Path;
import java.util.List;
import org.sluice.policy.ProfileLoader;

/** Runs a program in a sandbox and prints what it prints. Arguments: a folder of its own, the program. */
final class SandboxMain {

    private SandboxMain() {}

    public static void main(String[] arguments) throws Exception {
        try (Arena arena = Arena.standard(Path.of(arguments[0]), List.of())) {
            Arena.Result result = arena.run(new ProfileLoader().load("open"), arguments[1], arguments[0]);
            System.out.print(result.output());
            System.exit(result.status());
        }
    }
}
