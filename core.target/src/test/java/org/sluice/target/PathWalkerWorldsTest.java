package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.PathWalker.Last;

/**
 * The walker and openat2(2) agree on result and errno about random paths, flags and starting points, in a plain tree, among
 * bind mounts and in a chroot. The tree, with its mounts, is made by the target itself, so that the supervisor may be in
 * another mount namespace. A failure names the seed.
 */
class PathWalkerWorldsTest {

    private static final int OBJECTS = 60;
    private static final int ATTEMPTS = 100;
    private static final int PATHS = 400;

    private static final long NO_XDEV = 1;
    private static final long BENEATH = 8;
    private static final long IN_ROOT = 16;
    private static final String LONG = "n".repeat(255);
    private static final String[] NAMES = {
        "a", "b", "c", "d", "..", "..", ".", "a", "b", "c", "none", LONG, LONG + "x", "proc", "proc/self/fd/9", "up"
    };

    private static boolean isRoot() {
        return Linux.call(Nr.GETEUID, 0) == 0;
    }

    @ParameterizedTest
    @CsvSource({
        "plain,1",
        "plain,2",
        "plain,3",
        "plain,4",
        "plain,5",
        "mounts,6",
        "mounts,7",
        "mounts,8",
        "mounts,9",
        "chroot,10",
        "chroot,11",
        "chroot,12",
        "chroot,13"
    })
    void sameObjectOrSameErrno(String world, long seed, @TempDir Path temp) throws IOException {
        Assumptions.assumeTrue(world.equals("plain") || isRoot(), "only root can make " + world);
        Random random = new Random(seed);
        Path top = temp.toRealPath();
        try (Child child = new Child(top);
                Pidfds pidfds = new Pidfds(4)) {
            child.run(define());
            List<String> directories = grow(child, world, random);
            Target target = Threads.of(child);
            PathWalker[] walkers = {
                new PathWalker(pidfds, pid -> false), new PathWalker(pidfds, pid -> false, null, false, false)
            };
            int found = 0;
            for (int i = 0; i < PATHS; i++) {
                if (i % 20 == 0) {
                    String at = directories.get(random.nextInt(directories.size()));
                    child.run("os.chdir('" + at + "')");
                    child.run("(lambda fd: (os.dup2(fd, 9), os.close(fd)))(os.open('"
                            + directories.get(random.nextInt(directories.size())) + "', os.O_PATH))");
                }
                String path = path(random);
                boolean dirfd = random.nextInt(3) == 0;
                boolean follow = random.nextInt(4) != 0;
                long resolve = random.nextInt(3) == 0 ? 0 : flags(random);
                int directory = dirfd ? 9 : PathWalker.AT_FDCWD;
                String about = world + ", seed " + seed + ", number " + i + ": dirfd " + directory + ", resolve "
                        + resolve + (follow ? "" : ", O_NOFOLLOW") + ", " + path;
                String expected = asKernel(
                        child,
                        "look(" + directory + ", '" + path + "', " + (follow ? 0 : "os.O_NOFOLLOW") + ", " + resolve
                                + ")");
                found += expected.startsWith("(") ? 1 : 0;
                for (PathWalker walker : walkers) {
                    Attempt<PinnedPath> result = walker.walk(
                            target,
                            directory,
                            Bytes.utf8(path),
                            follow ? Last.FOLLOW : Last.NO_FOLLOW,
                            new Resolve(resolve));
                    assertEquals(expected, answer(child, result), about);
                }
            }
            int sum = found;
            assertTrue(sum > PATHS / 10, () -> "only " + sum + " of the paths led anywhere");
        }
    }

    /** O_CREAT: what exists is found, what does not is made where the walk said. */
    @ParameterizedTest
    @CsvSource({"plain,21", "plain,22", "plain,23", "mounts,24", "mounts,25", "mounts,26"})
    void makesAFileWhereTheKernelDoes(String world, long seed, @TempDir Path temp) throws IOException {
        Assumptions.assumeTrue(world.equals("plain") || isRoot(), "only root can make " + world);
        Random random = new Random(seed);
        try (Child child = new Child(temp.toRealPath());
                Pidfds pidfds = new Pidfds(4)) {
            child.run(define());
            List<String> directories = grow(child, world, random);
            Target target = Threads.of(child);
            PathWalker walker = new PathWalker(pidfds, pid -> false);
            int made = 0;
            for (int i = 0; i < PATHS; i++) {
                if (i % 20 == 0) {
                    child.run("os.chdir('" + directories.get(random.nextInt(directories.size())) + "')");
                }
                String path = path(random);
                boolean follow = random.nextInt(4) != 0;
                long resolve = random.nextInt(2) == 0 ? 0 : flags(random);
                String about = world + ", seed " + seed + ", number " + i + ": resolve " + resolve
                        + (follow ? "" : ", O_NOFOLLOW") + ", " + path;
                Attempt<PinnedPath> result = walker.walk(
                        target,
                        PathWalker.AT_FDCWD,
                        Bytes.utf8(path),
                        follow ? Last.CREATE : Last.CREATE_NO_FOLLOW,
                        new Resolve(resolve));
                String walked = made(child, result);
                String expected = asKernel(
                                child,
                                "make(-100, '" + path + "', " + (follow ? 0 : "os.O_NOFOLLOW") + ", " + resolve + ")")
                        .replace("'", "");
                made += expected.startsWith("/") ? 1 : 0;
                assertEquals(expected, walked, about);
            }
            int sum = made;
            assertTrue(sum > PATHS / 50, () -> "only " + sum + " of the paths made a file");
        }
    }

    /** What the kernel says; it gives up a scoped walk where somebody renames or mounts something meanwhile (openat2(2)). */
    private static String asKernel(Child child, String expression) throws IOException {
        String said = child.run(expression);
        for (int i = 0; i < ATTEMPTS && said.contains("EAGAIN"); i++) {
            said = child.run(expression);
        }
        return said;
    }

    private static final int S_IFMT = 0170000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFLNK = 0120000;

    /** What open(2) then makes of the walk's end. */
    private static String made(Child child, Attempt<PinnedPath> result) throws IOException {
        if (!result.succeeded()) {
            return answer(child, result);
        }
        PinnedPath pinned = result.get();
        if (pinned.isMissing()) {
            // The directory is where the walk says; whether a file can be made there is asked of the kernel.
            String whole = child.run(
                            "make(-100, '/proc/" + ProcessHandle.current().pid() + "/fd/" + pinned.fd() + "/"
                                    + pinned.last().decode() + "', os.O_NOFOLLOW, 0)")
                    .replace("'", "");
            pinned.close();
            return whole;
        }
        int kind = pinned.mode() & S_IFMT;
        if (kind == S_IFDIR || kind == S_IFLNK) {
            pinned.close();
            return kind == S_IFDIR ? "EISDIR" : "ELOOP";
        }
        return answer(child, result);
    }

    /** One line, as the target reads it. */
    private static String define() {
        return "exec(" + quote(CODE) + ")";
    }

    private static final String CODE =
            """
            import struct
            libc = ctypes.CDLL(None, use_errno=True)
            def mount(source, target, flags):
              if libc.mount(source.encode(), target.encode(), b'none', flags, None):
                raise OSError(ctypes.get_errno(), target)
            def private():
              if libc.unshare(0x20000):
                raise OSError(ctypes.get_errno(), 'unshare')
              mount('none', '/', 0x44000)
            def openat2(directory, path, flags, resolve):
              how = struct.pack('QQQ', flags | os.O_CLOEXEC, 0o600 if flags & os.O_CREAT else 0, resolve)
              fd = libc.syscall(437, directory, os.fsencode(path), how, ctypes.c_size_t(24))
              if fd < 0:
                raise OSError(ctypes.get_errno(), path)
              return fd
            def look(directory, path, flags, resolve):
              fd = openat2(directory, path, flags | os.O_PATH, resolve)
              s = os.fstat(fd)
              os.close(fd)
              return (s.st_dev, s.st_ino)
            def make(directory, path, flags, resolve):
              fd = openat2(directory, path, flags | os.O_CREAT | os.O_NONBLOCK, resolve)
              s = os.fstat(fd)
              name = os.readlink('/proc/self/fd/%d' % fd)
              os.close(fd)
              if s.st_size == 7:
                return (s.st_dev, s.st_ino)
              os.unlink(name)
              return name
            """;

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }

    private static long flags(Random random) {
        long flags = random.nextInt(8);
        return switch (random.nextInt(4)) {
            case 0 -> flags | BENEATH;
            case 1 -> flags | IN_ROOT;
            case 2 -> NO_XDEV;
            default -> flags;
        };
    }

    private static String answer(Child child, Attempt<PinnedPath> result) throws IOException {
        if (!result.succeeded()) {
            return child.run("errno.errorcode[" + result.errno() + "]").replace("'", "");
        }
        try (PinnedPath pinned = result.get()) {
            long major = pinned.device() & 0xffff_ffffL;
            long minor = pinned.device() >>> 32;
            return child.run("(os.makedev(" + major + ", " + minor + "), " + pinned.inode() + ")");
        }
    }

    /** Directories, files, links and, in worlds that have them, mounts; all made by the target in its own namespace. */
    private static List<String> grow(Child child, String world, Random random) throws IOException {
        String top = child.run("os.getcwd()").replace("'", "");
        if (!world.equals("plain")) {
            assertEquals("None", child.run("private()"));
        }
        boolean chroot = world.equals("chroot");
        String root = chroot ? top + "/jail" : top;
        child.run("os.makedirs('" + root + "', exist_ok=True)");
        List<String> directories = new ArrayList<>(List.of(root));
        for (int i = 0; i < OBJECTS; i++) {
            String parent = directories.get(random.nextInt(directories.size()));
            String made = parent + "/" + (random.nextInt(10) == 0 ? LONG : "" + (char) ('a' + random.nextInt(4)));
            if (made.length() > 3000
                    || child.run("os.path.lexists('" + made + "')").equals("True")) {
                continue;
            }
            String other = directories.get(random.nextInt(directories.size()));
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> {
                    child.run("os.mkdir('" + made + "')");
                    directories.add(made);
                    if (!world.equals("plain") && random.nextInt(3) == 0) {
                        child.run("mount('" + other + "', '" + made + "', 0x1000)");
                    }
                }
                case 3 -> child.run("open('" + made + "', 'w').write('content')");
                case 4 ->
                    child.run("os.symlink('" + (chroot ? other.substring(root.length()) + "/" : other) + "', '" + made
                            + "')");
                default -> child.run("os.symlink('" + raw(random, chroot ? "" : root) + "', '" + made + "')");
            }
        }
        child.run("os.symlink('" + "../".repeat(9) + "', '" + root + "/up')");
        child.run("os.mkdir('" + root + "/proc')");
        if (!world.equals("plain")) {
            child.run("mount('/proc', '" + root + "/proc', 0x1000)");
        }
        if (chroot) {
            child.run("os.chroot('" + root + "')");
            return directories.stream()
                    .map(each -> each.substring(root.length()) + "/")
                    .toList();
        }
        return directories;
    }

    private static String raw(Random random, String root) {
        String path = path(random);
        return random.nextInt(4) == 0 ? root + "/" + path : path;
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
        int names = 1 + random.nextInt(6);
        for (int i = 0; i < names; i++) {
            path.append(i == 0 ? "" : random.nextInt(10) == 0 ? "//" : "/");
            path.append(NAMES[random.nextInt(random.nextInt(4) == 0 ? NAMES.length : 10)]);
        }
        return path.append(random.nextInt(6) == 0 ? "/" : "").toString();
    }
}
