package org.sluice.core.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileBuilder;
import org.sluice.policy.ProfileLoader;

/**
 * Runs a program in a sandbox of the profile {@code default} with one more interface, and prints what it prints. Arguments:
 * the mode of its interfaces, a folder that the sandbox may write, the program, its arguments; {@code @pid} stands for this process, {@code @tid} for a
 * thread of it that is not the first.
 */
final class SpellMain {

    /** An interface that no machine has. */
    static final String MARK = "sluice7";

    /** After a mode: names are hidden as well. */
    static final String STRICT = "+strict";

    /** After a mode: processes outside are hidden, and names are not. */
    static final String HIDE = "+hide";

    private SpellMain() {}

    /** In which the kernel would grant all of procfs and sysfs, if they were not virtual. */
    static Profile profile(String mode, Path program) {
        int more = mode.indexOf('+');
        ProfileBuilder builder = new ProfileLoader()
                .load("default")
                .with()
                .read(program.toString())
                .netlink(more < 0 ? mode : mode.substring(0, more))
                .networkInterface(MARK + "=10.9.8.7/24,fd00:9::7/64")
                .env("MARK", "target");
        return (more < 0 ? builder : builder.handler("procfs", Map.of(mode.substring(more + 1), true))).build();
    }

    /** One of this process's threads that is not its first. */
    static String thread() throws IOException {
        String leader = Long.toString(ProcessHandle.current().pid());
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(task -> task.getFileName().toString())
                    .filter(tid -> !tid.equals(leader))
                    .findFirst()
                    .orElseThrow();
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<String> command = new ArrayList<>();
        for (int i = 2; i < arguments.length; i++) {
            command.add(
                    switch (arguments[i]) {
                        case "@pid" -> Long.toString(ProcessHandle.current().pid());
                        case "@tid" -> thread();
                        default -> arguments[i];
                    });
        }
        try (Arena arena = Arena.standard(Path.of(arguments[1]), List.of())) {
            Arena.Result result =
                    arena.run(profile(arguments[0], Path.of(command.get(0))), command.toArray(String[]::new));
            System.out.print(result.output());
            System.exit(result.status());
        }
    }
}
