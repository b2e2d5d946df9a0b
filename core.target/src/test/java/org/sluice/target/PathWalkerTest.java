package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;
import org.sluice.target.PathWalker.Last;

class PathWalkerTest {

    private final Pidfds pidfds = new Pidfds(8);
    private final PathWalker walker = new PathWalker(pidfds, pid -> false);
    private Path directory;
    private Child child;
    private Target target;

    @BeforeEach
    void start(@TempDir Path temp) throws IOException {
        directory = temp.toRealPath();
        child = new Child(directory);
        target = Threads.of(child);
    }

    @AfterEach
    void stop() {
        child.close();
        pidfds.close();
    }

    @Test
    void fromTheTargetsDirectories() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.createFile(directory.resolve("a/b/f"));
        assertEquals(directory + "/a/b/f", canonical("a/b/f"));
        assertEquals(directory + "/a/b/f", canonical("a//./b/../b/f"));
        assertEquals(directory + "/a/b", canonical(directory + "/a/b/"));
        assertEquals("/", canonical("/"));
        assertEquals("/", canonical("/../.."));
        int number = child.number("os.open('a', 0)");
        assertEquals(directory + "/a/b/f", canonical(number, "b/f"));
        assertEquals(directory.toString(), canonical(number, ".."));
    }

    @Test
    void wrongDescriptorsAndPaths() throws IOException {
        assertEquals(Errno.EBADF, errno(1000, "x"));
        assertEquals(Errno.ENOTDIR, errno(0, "x"));
        assertEquals(Errno.ENOENT, errno(""));
        assertEquals(Errno.ENAMETOOLONG, errno("x".repeat(256)));
        assertEquals(Errno.ENAMETOOLONG, errno("./".repeat(2048)));
        assertEquals(directory.toString(), canonical("./".repeat(2047)));
        child.kill();
        assertEquals(Errno.ESRCH, errno("x"));
        assertEquals(Errno.ESRCH, errno(3, "x"));
    }

    @Test
    void theParentOfWhatIsToBe() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.createSymbolicLink(directory.resolve("l"), Path.of("a/b"));
        try (PinnedPath parent = walk(Last.PARENT, "l/new").get()) {
            assertEquals(Bytes.utf8("new"), parent.last());
            assertEquals(Optional.of(Bytes.utf8(directory + "/a/b/new")), parent.canonical());
        }
        try (PinnedPath parent = walk(Last.PARENT, "l").get()) {
            assertEquals(Optional.of(Bytes.utf8(directory + "/l")), parent.canonical(), "the last is not followed");
        }
        try (PinnedPath parent = walk(Last.PARENT, "new/").get()) {
            assertEquals(Bytes.utf8("new/"), parent.last());
            assertEquals(Optional.of(Bytes.utf8(directory + "/new")), parent.canonical());
        }
        try (PinnedPath parent = walk(Last.PARENT, "/").get()) {
            assertEquals(Bytes.utf8("."), parent.last());
        }
        assertEquals(Errno.ENOENT, walk(Last.PARENT, "none/new").errno());
    }

    @Test
    void deletedThingsHaveNoName() throws IOException {
        child.run("os.mkdir('gone'); os.chdir('gone'); f = os.open('f', os.O_CREAT); os.unlink('f')");
        child.run("os.rmdir('../gone')");
        try (PinnedPath here = walk(Last.FOLLOW, ".").get()) {
            assertEquals(Optional.empty(), here.canonical());
        }
        assertEquals(Errno.ENOENT, errno("f"));
    }

    @Test
    void aNameThatLooksDeletedIsAName() throws IOException {
        Files.createFile(directory.resolve("x (deleted)"));
        assertEquals(directory + "/x (deleted)", canonical("x (deleted)"));
    }

    @Test
    void aRenamedObjectStaysPinned() throws IOException {
        Files.createDirectory(directory.resolve("a"));
        try (PinnedPath pinned = walk(Last.FOLLOW, "a").get()) {
            Files.move(directory.resolve("a"), directory.resolve("b"));
            Files.createDirectory(directory.resolve("a"));
            assertEquals(Inode.of(pinned.fd()).number(), pinned.inode());
            assertEquals(child.run("os.stat('b').st_ino"), "" + pinned.inode());
        }
    }

    @Test
    void procSelfIsTheTarget() throws IOException {
        String pid = "/proc/" + child.pid();
        for (String proc : new String[] {"/proc", "//proc", "/./proc", "/proc/../proc", "/tmp/../proc"}) {
            assertEquals(pid + "/environ", canonical(proc + "/self/environ"));
            assertEquals(pid + "/task/" + child.pid() + "/comm", canonical(proc + "/thread-self/comm"));
        }
        assertEquals(directory.toString(), canonical("/proc/self/cwd"));
        assertEquals(directory.toString(), canonical("/proc/self/cwd/"));
        assertEquals(pid + "/net/unix", canonical("/proc/net/unix"));
        Files.createSymbolicLink(directory.resolve("p"), Path.of("/proc/self"));
        assertEquals(pid + "/maps", canonical("p/maps"));
        child.run("os.chdir('/proc')");
        assertEquals(pid + "/maps", canonical("self/maps"));
        assertEquals("/proc/self", canonical(Last.NO_FOLLOW, "self"));
        int number = child.number("os.open('/etc', 0)");
        assertEquals("/etc", canonical("/dev/fd/" + number));
    }

    @Test
    void ofProcessesOutsideOnlyWhatAnybodyMaySee() throws IOException {
        long supervisor = ProcessHandle.current().pid();
        for (String name :
                new String[] {"environ", "mem", "maps", "fd", "fd/0", "cwd", "root/etc", "exe", "map_files"}) {
            assertEquals(Errno.EACCES, errno("/proc/" + supervisor + "/" + name), name);
            assertEquals(Errno.EACCES, errno("/proc/" + supervisor + "/task/" + supervisor + "/" + name), name);
            assertEquals(Errno.EACCES, errno("/proc/self/../" + supervisor + "/" + name), name);
        }
        assertEquals("/proc/" + supervisor + "/stat", canonical("/proc/" + supervisor + "/stat"));
        int number = child.number("os.open('/proc/" + supervisor + "', 0)");
        assertEquals(Errno.EACCES, errno(number, "environ"), "from a directory that it already has");
        child.run("os.fchdir(" + number + ")");
        assertEquals(Errno.EACCES, errno("task/" + supervisor + "/environ"));
        int fds = child.number("os.open('fd', 0)");
        assertEquals(Errno.EACCES, errno(fds, "0"), "from a directory that it got before it was guarded");
    }

    @Test
    void aDescriptorOfAGuardedEntryLeadsNowhere() throws IOException {
        String supervisor = "/proc/" + ProcessHandle.current().pid();
        for (String name : new String[] {"environ", "maps", "fd", "task", "stat"}) {
            int number = child.number("os.open('" + supervisor + "/" + name + "', os.O_PATH)");
            boolean open = name.equals("task") || name.equals("stat");
            assertEquals(open ? 0 : Errno.EACCES, errno("/proc/self/fd/" + number), name);
            assertEquals(open ? 0 : Errno.EACCES, errno("/dev/fd/" + number), name);
            if (name.equals("fd")) {
                assertEquals(Errno.EACCES, errno(number, "."), "the directory itself");
                assertEquals(0, errno(number, ".."));
            }
        }
        int own = child.number("os.open('/proc/self/environ', os.O_PATH)");
        assertEquals(0, errno("/proc/self/fd/" + own));
    }

    @Test
    void ofProcessesInsideEverything() throws IOException {
        try (Child other = new Child()) {
            PathWalker knowing = new PathWalker(pidfds, pid -> pid == other.pid());
            String path = "/proc/" + other.pid() + "/environ";
            assertEquals(Errno.EACCES, errno(path));
            try (PinnedPath pinned = knowing.walk(target, PathWalker.AT_FDCWD, Bytes.utf8(path), Last.FOLLOW)
                    .get()) {
                assertEquals(Optional.of(Bytes.utf8(path)), pinned.canonical());
            }
        }
    }

    @Test
    void fortyLinksAndNoMore() throws IOException {
        Files.createFile(directory.resolve("l0"));
        for (int i = 1; i <= 41; i++) {
            Files.createSymbolicLink(directory.resolve("l" + i), Path.of("l" + (i - 1)));
        }
        assertEquals(directory + "/l0", canonical("l40"));
        assertEquals(Errno.ELOOP, errno("l41"));
        assertEquals(directory + "/l41", canonical(Last.NO_FOLLOW, "l41"));
    }

    /** fs.protected_symlinks, whatever it is set to here; only root can make what it is about. */
    @Test
    void aStrangersLinkInASharedDirectoryIsTreatedAsTheKernelDoes() throws IOException {
        boolean root = child.number("os.geteuid()") == 0;
        Files.createFile(directory.resolve("f"));
        child.run("os.mkdir('shared'); os.chmod('shared', 0o1777); os.symlink('../f', 'shared/l')");
        if (root) {
            child.run("os.lchown('shared/l', 1, 1)");
        }
        String kernel = child.run("os.open('shared/l', os.O_PATH) > 0");
        assertEquals(kernel.equals("True") ? 0 : Errno.EACCES, errno("shared/l"), kernel);
        assertEquals(directory + "/shared/l", canonical(Last.NO_FOLLOW, "shared/l"));
    }

    @Test
    void leavesNoDescriptorOpen() throws IOException {
        errno("/proc/self/environ/x");
        Descriptors before = Descriptors.now();
        for (String path :
                new String[] {"", "x", "/proc/self/fd/0", "/proc/self/cwd/x", "/proc/1/environ", "/etc/passwd/"}) {
            for (Last last : Last.values()) {
                Attempt<PinnedPath> result = walk(last, path);
                if (result.succeeded()) {
                    result.get().close();
                }
            }
        }
        before.assertNoMore();
    }

    @Test
    void onlyAPathThroughUnchangeableDirectoriesIsSteady() throws IOException {
        assertFalse(walk(Last.PARENT, directory + "/x").get().isSteady());
        assertFalse(walk(Last.PARENT, "x").get().isSteady());
        assertFalse(walk(Last.PARENT, "/proc/self/cwd/x").get().isSteady());
        boolean root = child.number("os.geteuid()") == 0;
        assertEquals(!root, walk(Last.PARENT, "/tmp/x").get().isSteady(), "root may change anything");
    }

    private String canonical(String path) {
        return canonical(PathWalker.AT_FDCWD, path);
    }

    private String canonical(int number, String path) {
        return named(walker.walk(target, number, Bytes.utf8(path), Last.FOLLOW));
    }

    private String canonical(Last last, String path) {
        return named(walk(last, path));
    }

    private static String named(Attempt<PinnedPath> result) {
        assertTrue(result.succeeded(), () -> "errno " + result.errno());
        try (PinnedPath pinned = result.get()) {
            return pinned.canonical().orElseThrow().decode();
        }
    }

    private int errno(String path) {
        return errno(PathWalker.AT_FDCWD, path);
    }

    private int errno(int number, String path) {
        Attempt<PinnedPath> result = walker.walk(target, number, Bytes.utf8(path), Last.FOLLOW);
        if (result.succeeded()) {
            result.get().close();
        }
        return result.errno();
    }

    private Attempt<PinnedPath> walk(Last last, String path) {
        return walker.walk(target, PathWalker.AT_FDCWD, Bytes.utf8(path), last);
    }
}
