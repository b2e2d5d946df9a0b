package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.PathWalker.Last;

/** The walker and the kernel, asked about the same random paths in the same random trees, give the same answer. */
class PathWalkerLikeKernelTest {

    private static final int OBJECTS = 40;
    private static final int PATHS = 250;
    private static final String LONG = "n".repeat(255);
    private static final String[] NAMES = {"a", "b", "c", "d", ".", "..", "..", "a", "b", "none", LONG, LONG + "x"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sameObjectOrSameErrno(long seed, @TempDir Path temp) throws IOException {
        Random random = new Random(seed);
        List<String> directories = grow(temp.toRealPath(), random);
        try (Child child = new Child(temp);
                Pidfds pidfds = new Pidfds(4)) {
            child.run(
                    "exec('def look(p, f):\\n fd = os.open(p, os.O_PATH | f)\\n s = os.fstat(fd)\\n os.close(fd)\\n return (s.st_dev, s.st_ino)')");
            PathWalker direct = new PathWalker(pidfds, pid -> false);
            PathWalker stepping = new PathWalker(pidfds, pid -> false, null, false, false);
            Target target = Threads.of(child);
            int found = 0;
            for (int i = 0; i < PATHS; i++) {
                if (i % 25 == 0) {
                    child.run("os.chdir('" + directories.get(random.nextInt(directories.size())) + "')");
                }
                if (i == PATHS / 2) {
                    child.run("os.makedirs('" + temp + "/gone', exist_ok=True); os.chdir('" + temp
                            + "/gone'); os.rmdir('" + temp + "/gone')");
                }
                String path = path(random);
                boolean follow = random.nextBoolean();
                String expected = child.run("look('" + path + "', " + (follow ? 0 : "os.O_NOFOLLOW") + ")");
                found += expected.startsWith("(") ? 1 : 0;
                Last last = follow ? Last.FOLLOW : Last.NO_FOLLOW;
                String about = "seed " + seed + ", " + last + " " + path;
                assertEquals(expected, answer(child, direct, target, path, last), about);
                assertEquals(expected, answer(child, stepping, target, path, last), about);
            }
            int sum = found;
            assertTrue(sum > PATHS / 10, () -> "only " + sum + " of the paths led anywhere");
        }
    }

    private static String answer(Child child, PathWalker walker, Target target, String path, Last last)
            throws IOException {
        Attempt<PinnedPath> result = walker.walk(target, PathWalker.AT_FDCWD, Bytes.utf8(path), last);
        if (!result.succeeded()) {
            return child.run("errno.errorcode[" + result.errno() + "]").replace("'", "");
        }
        try (PinnedPath pinned = result.get()) {
            long major = pinned.device() & 0xffff_ffffL;
            long minor = pinned.device() >>> 32;
            return child.run("(os.makedev(" + major + ", " + minor + "), " + pinned.inode() + ")");
        }
    }

    /** Directories, files and links at random; a link's text is as random as a path. */
    private static List<String> grow(Path root, Random random) throws IOException {
        List<String> directories = new ArrayList<>(List.of(root.toString()));
        for (int i = 0; i < OBJECTS; i++) {
            Path parent = Path.of(directories.get(random.nextInt(directories.size())));
            Path made = parent.resolve(random.nextInt(8) == 0 ? LONG : "" + (char) ('a' + random.nextInt(4)));
            if (made.toString().length() > 3000 || Files.exists(made, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            switch (random.nextInt(5)) {
                case 0, 1 -> directories.add(Files.createDirectory(made).toString());
                case 2 -> Files.createFile(made);
                case 3 -> Files.createSymbolicLink(made, Path.of(directories.get(random.nextInt(directories.size()))));
                default -> Files.createSymbolicLink(made, Path.of(raw(random, root)));
            }
        }
        return directories;
    }

    private static String raw(Random random, Path root) {
        String path = path(random);
        return random.nextInt(4) == 0 ? root + "/" + path : path;
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(12) == 0 ? "/" : "");
        int names = 1 + random.nextInt(6);
        for (int i = 0; i < names; i++) {
            path.append(i == 0 ? "" : random.nextInt(10) == 0 ? "//" : "/");
            path.append(NAMES[random.nextInt(random.nextInt(6) == 0 ? NAMES.length : 9)]);
        }
        return path.append(random.nextInt(6) == 0 ? "/" : "").toString();
    }
}
