package org.sluice.target;

import java.nio.charset.StandardCharsets;
import org.sluice.linux.Linux;
import org.sluice.target.net.Resident;

/**
 * The directories of a sandbox's private network in whose favour a walk leaves the machine's: {@code /proc/PID/net} of the
 * sandbox's processes, and sysfs. What they are is asked from the file system, for no spelling of a path says it. Owns
 * nothing; thread-safe.
 */
public final class PrivatePlaces {

    private static final int ROOT = 1;

    private final Resident resident;
    private final Inode net;
    private final byte[] netName;
    private final long sysDevice;
    private final long machinesSysDevice;

    /** Of the network that {@code resident} lives in. */
    public PrivatePlaces(Resident resident) {
        this.resident = resident;
        this.net = Inode.of(resident.net());
        this.netName = PathSteps.name(resident.net());
        this.sysDevice = resident.sys() < 0 ? -1 : Inode.of(resident.sys()).device();
        this.machinesSysDevice = deviceOf("/sys");
    }

    private static long deviceOf(String path) {
        byte[] name = path.getBytes(StandardCharsets.US_ASCII);
        int fd = PathSteps.openPlain(PathSteps.AT_FDCWD, name, false, false, Resolve.PLAIN);
        if (fd < 0) {
            return -1;
        }
        long device = FileSystem.of(fd) == FileSystem.SYS ? Inode.of(fd).device() : -1;
        Linux.close(fd);
        return device;
    }

    int resident() {
        return resident.pid();
    }

    /** The root of the private sysfs, or -1 if there is none. */
    int sys() {
        return resident.sys();
    }

    int net() {
        return resident.net();
    }

    /** How the kernel names {@link #net}. */
    byte[] netName() {
        return netName;
    }

    /** Whether this is a file of the sysfs of the machine's network. */
    boolean isMachinesSys(Inode inode) {
        return machinesSysDevice >= 0 && inode.device() == machinesSysDevice;
    }

    /** Whether this is a file of the sysfs of the private network. */
    boolean isPrivateSys(Inode inode) {
        return sysDevice >= 0 && inode.device() == sysDevice;
    }

    /** Whether this is the root of one of the private directories. */
    boolean isRoot(Inode inode) {
        return isPrivateSys(inode)
                ? inode.number() == ROOT
                : inode.number() == net.number() && inode.device() == net.device();
    }
}
