package org.sluice.core.attack;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxEvents;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.SysException;
import org.sluice.linux.SyscallTable;
import org.sluice.policy.Profile;

/**
 * A target that opens a place which somebody outside the sandbox changes all the time, between what the file broker serves
 * and what it protects. As a program it prints what the target printed; arguments: the mode, a folder, the tries.
 */
final class ProtectMain {

    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;
    private static final int MS_BIND = 4096;
    private static final int MS_MOVE = 8192;
    private static final int COUNTER = 4096;

    private final Path root;
    private final Path open;
    private final Path keep;
    private volatile boolean stop;

    private ProtectMain(Path folder) throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        open = Files.createDirectory(root.resolve("open"));
        keep = Files.createDirectory(root.resolve("keep"));
        Files.writeString(open.resolve("f"), "public");
        Files.writeString(keep.resolve("f"), "secret");
        Files.writeString(root.resolve("public"), "public");
        Files.writeString(root.resolve("m"), "public");
    }

    public static void main(String[] arguments) throws Exception {
        Arena.Result result = run(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]));
        System.out.print(result.output());
        System.exit(result.status());
    }

    /** Runs the target in {@code folder}, against one who changes the place as {@code mode} says. */
    static Arena.Result run(String mode, Path folder, long tries) throws Exception {
        return new ProtectMain(folder).attack(mode, folder, tries);
    }

    private Arena.Result attack(String mode, Path folder, long tries) throws Exception {
        Path program = Programs.compile(folder, "protectrace");
        Path work = Files.createDirectory(folder.resolve("work"));
        Path counter = Files.write(folder.resolve("counter"), new byte[COUNTER]);
        Profile profile = OpensTest.broker(
                OpensTest.system(program, counter),
                "{ \"read\": [\"" + root + "\"], \"protect\": [\"" + keep + "\", \"" + keep + "/f\"] }");
        Path place = mode.equals("hardlink") || mode.equals("mount")
                ? root.resolve("m")
                : (mode.equals("recreate") ? keep : open).resolve("f");
        FutureTask<Void> changes = new FutureTask<>(() -> flip(mode, counter));
        try (Arena arena = Arena.standard(work, List.of())) {
            // What is protected is looked at when the sandbox starts.
            arena.tell(new SandboxEvents() {
                @Override
                public void started(Sandbox sandbox) {
                    new Thread(changes, "changes").start();
                }
            });
            return arena.run(
                    profile,
                    program.toString(),
                    Long.toString(tries),
                    place.toString(),
                    root + "/public",
                    counter.toString());
        } finally {
            stop = true;
            changes.get();
        }
    }

    private Void flip(String mode, Path counter) throws Exception {
        Callable<?> change =
                switch (mode) {
                    case "hardlink" -> this::link;
                    case "exchange" -> this::exchange;
                    case "recreate" -> this::recreate;
                    case "mount" -> this::mount;
                    default -> throw new IllegalArgumentException(mode);
                };
        try (FileChannel channel = FileChannel.open(counter, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer count = channel.map(FileChannel.MapMode.READ_WRITE, 0, COUNTER);
            count.order(ByteOrder.nativeOrder());
            for (long i = 1; !stop; i++) {
                change.call();
                count.putLong(0, i);
            }
        }
        return null;
    }

    /** A further name of the protected file, and of the other. */
    private Void link() throws IOException {
        Path place = root.resolve("m");
        for (Path file : List.of(keep.resolve("f"), root.resolve("public"))) {
            Files.delete(place);
            Files.createLink(place, file);
        }
        return null;
    }

    /** The protected folder stands where the other was. */
    private Void exchange() {
        call("renameat2", AT_FDCWD, path(keep), AT_FDCWD, path(open), RENAME_EXCHANGE);
        return null;
    }

    /** The protected file, and its folder, are made anew. */
    private Void recreate() throws IOException {
        Path fresh = Files.createDirectory(root.resolve("fresh"));
        Files.writeString(fresh.resolve("f"), "secret");
        Files.delete(keep.resolve("f"));
        Files.writeString(keep.resolve("f"), "secret");
        call("renameat2", AT_FDCWD, path(keep), AT_FDCWD, path(fresh), RENAME_EXCHANGE);
        // The one that was there first is known by what it is, and keeps its name.
        call("renameat2", AT_FDCWD, path(keep), AT_FDCWD, path(fresh), RENAME_EXCHANGE);
        Files.delete(fresh.resolve("f"));
        Files.delete(fresh);
        return null;
    }

    /** The protected file is mounted over the other, and taken away again. */
    private Void mount() throws IOException {
        Path aside = root.resolve("aside");
        if (!Files.exists(aside)) {
            Files.createFile(aside);
            call("mount", path(keep.resolve("f")), path(aside), 0, MS_BIND, 0);
        }
        call("mount", path(aside), path(root.resolve("m")), 0, MS_MOVE, 0);
        call("mount", path(root.resolve("m")), path(aside), 0, MS_MOVE, 0);
        return null;
    }

    private static Block path(Path path) {
        return Block.cString(path.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Arguments are numbers, or blocks by their addresses. */
    private static void call(String name, Object... arguments) {
        long[] words = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            words[i] = arguments[i] instanceof Block block ? block.address() : (int) arguments[i];
        }
        try {
            SysException.check(
                    name,
                    Linux.call(
                            SyscallTable.host().number(name),
                            words[0],
                            words[1],
                            words[2],
                            words[3],
                            words[4],
                            words[5]));
        } finally {
            Reference.reachabilityFence(arguments);
        }
    }
}
