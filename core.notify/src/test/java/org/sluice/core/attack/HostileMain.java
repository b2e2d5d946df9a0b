package org.sluice.core.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SyscallTable;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/**
 * A supervisor that has a hostile target. Arguments: an empty folder, a profile, the compiled {@code hostile.c}. Prints what
 * the target prints, and whether it is itself what it was.
 */
final class HostileMain {

    private static final int PR_SET_DUMPABLE = 4;
    private static final int IOPRIO_WHO_PROCESS = 1;

    private HostileMain() {}

    public static void main(String[] arguments) throws Exception {
        Linux.call(Nr.PRCTL, PR_SET_DUMPABLE, 0);
        Path folder = Path.of(arguments[0]);
        Path premises = Files.createDirectory(folder.resolve("premises"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Files.writeString(premises.resolve("f"), "the supervisor's");
        Files.createDirectory(premises.resolve("d"));
        Path program = Files.copy(Path.of(arguments[2]), work.resolve("hostile"), StandardCopyOption.COPY_ATTRIBUTES);
        Profile profile = new ProfileLoader().load(arguments[1]);
        String pid = Long.toString(ProcessHandle.current().pid());
        try (Arena arena = Arena.standard(work, List.of(premises))) {
            String before = state(premises);
            Arena.Result result =
                    arena.run(profile, program.toString(), pid, thread(pid), premises.toString(), work.toString());
            System.out.print(result.output());
            System.out.println("status " + result.status());
            String after = state(premises);
            System.out.println(after.equals(before) ? "unchanged" : "BROKE state:\n" + before + "\nbecame\n" + after);
        }
    }

    /** One of this process's threads that is not its first. */
    private static String thread(String leader) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(task -> task.getFileName().toString())
                    .filter(tid -> !tid.equals(leader))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String state(Path premises) throws IOException {
        String processors;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            processors = lines.filter(line -> line.startsWith("Cpus_allowed")).collect(Collectors.joining("\n"));
        }
        String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // priority, nice, real-time priority and policy of proc(5), less the three fields that are cut off before.
        String scheduling = fields[15] + " " + fields[16] + " " + fields[37] + " " + fields[38];
        int ioprioGet = SyscallTable.host().number("ioprio_get");
        return Files.readString(Path.of("/proc/self/limits"))
                + processors
                + "\nscheduling " + scheduling
                + "\nioprio " + Linux.call(ioprioGet, IOPRIO_WHO_PROCESS, 0)
                + "\noom_score_adj " + Files.readString(Path.of("/proc/self/oom_score_adj"))
                + tree(premises);
    }

    private static String tree(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                text.append(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .append(' ')
                        .append(path)
                        .append(Files.isRegularFile(path) ? " " + Files.readString(path) : "")
                        .append('\n');
            }
        }
        return text.toString();
    }
}
