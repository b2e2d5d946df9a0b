package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.notify.Bytes;
import org.sluice.notify.Target;

/**
 * The part of one walk that goes through a directory of the private network instead of the machine's. It begins where the
 * walk arrives at such a directory of the machine, however it got there, and ends where the walk leaves it by {@code ..} or
 * by a symbolic link; a walk may begin inside. For one thread.
 */
final class Detour implements AutoCloseable {

    private static final Pattern NET = Pattern.compile("/([0-9]+)(/task/[0-9]+)?/net(/.*)?", Pattern.DOTALL);
    /** The directories of sysfs with this name hold network interfaces. */
    private static final String HIDDEN = "net";

    private static final int ROOT = 1;
    private static final int NONE = -1;

    private final @Nullable PrivatePlaces places;
    private final Target target;

    /** The machine's directory that is passed over (O_PATH), or {@link #NONE}. */
    private int left = NONE;

    private boolean inSys;

    Detour(@Nullable PrivatePlaces places, Target target) {
        this.places = places;
        this.target = target;
    }

    /** Whether the walk is in a private directory. */
    boolean isOn() {
        return left >= 0;
    }

    /** Whether what a walk would do natively may be something else here. */
    boolean isPossible() {
        return places != null;
    }

    /**
     * Where the walk goes on that has arrived at {@code fd} other than by a name in the same file system.
     *
     * @return {@code fd}, or another descriptor in whose favour it was closed, or a negative errno, and {@code fd} was
     *     closed
     */
    int arrive(int fd, Inode inode, boolean proc) {
        if (places == null) {
            return fd;
        }
        if (places.isPrivateSys(inode)) {
            return isOn() ? fd : startInside(fd, "/sys", true);
        }
        if (!inode.isDirectory()) {
            return proc || places.isMachinesSys(inode) ? arriveAtFile(fd, proc) : fd;
        }
        if (places.isMachinesSys(inode)) {
            return places.sys() < 0 ? keepFromNet(fd) : replace(fd, root(fd), places.sys(), true);
        }
        if (proc && !isOn()) {
            return ProcGuard.isRoot(inode) ? fd : arriveInProc(fd, places);
        }
        return fd;
    }

    /** A file does not say which directory it is in, but the kernel's name for it does. */
    private int arriveAtFile(int fd, boolean proc) {
        byte[] name = PathSteps.name(fd);
        int slash = name.length - 1;
        while (slash > 0 && name[slash] != '/') {
            slash--;
        }
        int folder = slash <= 0
                ? -Errno.EACCES
                : PathSteps.openPlain(PathSteps.AT_FDCWD, Arrays.copyOf(name, slash), false, true, Resolve.PLAIN);
        if (folder < 0) {
            Linux.close(fd);
            return -Errno.EACCES;
        }
        int other = arrive(folder, Inode.of(folder), proc);
        if (other == folder) {
            Linux.close(folder);
            return fd;
        }
        Linux.close(fd);
        if (other < 0) {
            return other;
        }
        int file = PathSteps.openName(other, name, slash + 1, name.length);
        Linux.close(other);
        return file;
    }

    /** Where no private sysfs can be had, the machine's lacks its interfaces. */
    boolean hides(Inode inode, String name) {
        return places != null && places.sys() < 0 && places.isMachinesSys(inode) && name.equals(HIDDEN);
    }

    private static int keepFromNet(int fd) {
        String name = new String(PathSteps.name(fd), StandardCharsets.ISO_8859_1) + "/";
        if (name.contains("/" + HIDDEN + "/")) {
            Linux.close(fd);
            return -Errno.EACCES;
        }
        return fd;
    }

    private int arriveInProc(int fd, PrivatePlaces known) {
        int root = root(fd);
        if (root < 0) {
            return fd;
        }
        byte[] name = PathSteps.name(fd);
        int length = baseLength(PathSteps.name(root));
        String below = new String(name, StandardCharsets.ISO_8859_1).substring(Math.min(length, name.length));
        Matcher matcher = NET.matcher(below);
        if (!matcher.matches()) {
            Linux.close(root);
            return fd;
        }
        if (matcher.group(1).equals("" + known.resident())) {
            Linux.close(root);
            return startInside(fd, "/proc/" + target.pid() + "/net", false);
        }
        byte[] machines = Arrays.copyOfRange(name, 0, length + below.length() - groupLength(matcher));
        Linux.close(root);
        int passed = PathSteps.openPlain(PathSteps.AT_FDCWD, machines, false, true, Resolve.PLAIN);
        return replace(fd, passed, known.net(), false);
    }

    private static int groupLength(Matcher matcher) {
        return matcher.group(3) == null ? 0 : matcher.group(3).length();
    }

    /** Called when a name leads from a process's directory to {@code net}. */
    int enterNet(int fd) {
        PrivatePlaces known = places;
        if (known == null) {
            return fd;
        }
        int other = PathSteps.duplicate(known.net());
        if (other < 0) {
            Linux.close(fd);
            return other;
        }
        begin(fd, false);
        return other;
    }

    /** Whether {@code directory} of procfs is that of a process or thread. */
    boolean isProcess(int directory) {
        int parent = PathSteps.openParent(directory);
        if (parent < 0) {
            return false;
        }
        boolean root = ProcGuard.isRoot(parent);
        String above = ProcGuard.baseName(parent);
        Linux.close(parent);
        return (root || above.equals("task")) && ProcGuard.number(ProcGuard.baseName(directory)) > 0;
    }

    /** Goes to the same place in the private directory as {@code fd} is in the machine's, of which {@code passed} is the root. */
    private int replace(int fd, int passed, int to, boolean sys) {
        if (passed < 0 || to < 0) {
            Linux.close(fd);
            if (passed >= 0) {
                Linux.close(passed);
            }
            return -Errno.EACCES;
        }
        byte[] name = PathSteps.name(fd);
        int from = baseLength(PathSteps.name(passed));
        int other = name.length <= from + 1
                ? PathSteps.duplicate(to)
                : PathSteps.openPlain(
                        to, Arrays.copyOfRange(name, from + 1, name.length), false, true, new Resolve(Resolve.BENEATH));
        Linux.close(fd);
        if (other < 0) {
            Linux.close(passed);
            return other;
        }
        begin(passed, sys);
        return other;
    }

    private int startInside(int fd, String machines, boolean sys) {
        byte[] name = machines.getBytes(StandardCharsets.US_ASCII);
        int passed = PathSteps.openPlain(PathSteps.AT_FDCWD, name, false, true, Resolve.PLAIN);
        if (passed < 0) {
            Linux.close(fd);
            return -Errno.EACCES;
        }
        begin(passed, sys);
        return fd;
    }

    private void begin(int passed, boolean sys) {
        close();
        left = passed;
        inSys = sys;
    }

    /** Whether {@code ..} leads from here out of the private directory. */
    boolean isAtRoot(Inode inode) {
        return places != null && isOn() && places.isRoot(inode);
    }

    /** Ends the detour; the machine's directory is the caller's. */
    int leave() {
        int passed = left;
        left = NONE;
        return passed;
    }

    /** How the target names what the walk ended at. */
    Bytes name(int fd) {
        PrivatePlaces known = places;
        if (known == null) {
            throw new IllegalStateException("no detour");
        }
        byte[] machines = PathSteps.name(left);
        byte[] name = PathSteps.name(fd);
        int from = inSys ? 0 : known.netName().length;
        boolean same = inSys && name.length == 1;
        int rest = same ? 0 : Math.max(0, name.length - from);
        byte[] whole = Arrays.copyOf(machines, machines.length + rest);
        System.arraycopy(name, name.length - rest, whole, machines.length, rest);
        return Bytes.of(whole);
    }

    /** The root of the mount of sysfs or procfs that a directory is in, if it is all of it; else a negative errno. */
    private static int root(int directory) {
        int at = PathSteps.duplicate(directory);
        while (at >= 0) {
            Inode inode = Inode.of(at);
            if (inode.mountRoot()) {
                if (inode.number() == ROOT) {
                    return at;
                }
                Linux.close(at);
                return -Errno.EACCES;
            }
            int parent = PathSteps.openParent(at);
            Linux.close(at);
            at = parent;
        }
        return at;
    }

    private static int baseLength(byte[] root) {
        return root.length == 1 ? 0 : root.length;
    }

    @Override
    public void close() {
        if (left >= 0) {
            Linux.close(left);
            left = NONE;
        }
    }
}
