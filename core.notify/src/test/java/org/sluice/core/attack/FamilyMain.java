package org.sluice.core.attack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.sluice.core.Sandbox;
import org.sluice.policy.ProfileLoader;

/**
 * A supervisor that waits to be killed. Arguments: an empty folder, a profile, the compiled {@code family.c}. Prints the
 * guard's process id, known as the parent of the target.
 */
final class FamilyMain {

    private FamilyMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path program = Files.copy(Path.of(arguments[2]), folder.resolve("program"), StandardCopyOption.COPY_ATTRIBUTES);
        try (Arena arena = Arena.standard(folder, List.of())) {
            int fd = Arena.open(folder.resolve("output"));
            Sandbox sandbox = arena.start(
                    new ProfileLoader().load(arguments[1]),
                    fd,
                    program.toString(),
                    folder.resolve("pids").toString());
            System.out.println(ProcessHandle.of(sandbox.main().pid())
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .pid());
            sandbox.end().join();
        }
    }
}
