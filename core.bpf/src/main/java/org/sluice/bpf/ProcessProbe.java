package org.sluice.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.PidfdInfo;

/** Looks for what can be done to processes: descriptors of them, their memory, their descriptors. */
final class ProcessProbe {

    private static final int PIDFD_THREAD = 0x80;
    private static final int IOVEC_SIZE = 16;

    private ProcessProbe() {}

    static List<Feature> features() {
        return List.of(pidfd(), pidfdThread(), pidfdInfo(), clone3(), child());
    }

    private static Feature pidfd() {
        long fd = Linux.call(Nr.PIDFD_OPEN, Linux.call(Nr.GETPID, 0), 0);
        closeIfOpen(fd);
        return new Feature("pidfd_open", fd >= 0, true, outcome(fd), "no command can be run; needs Linux 5.3");
    }

    private static Feature pidfdThread() {
        long fd = Linux.call(Nr.PIDFD_OPEN, Linux.call(Nr.GETTID, 0), PIDFD_THREAD);
        closeIfOpen(fd);
        return new Feature(
                "PIDFD_THREAD",
                fd >= 0,
                false,
                fd >= 0 ? "threads have descriptors of their own" : "unknown before Linux 6.9",
                "descriptors are taken from the process's first thread, which the deny list makes safe");
    }

    private static Feature pidfdInfo() {
        long fd = Linux.call(Nr.PIDFD_OPEN, Linux.call(Nr.GETPID, 0), 0);
        Block info = Block.allocate(PidfdInfo.SIZE).putLong(PidfdInfo.MASK, PidfdInfo.INFO_PID);
        long result = fd < 0
                ? fd
                : info.with(address -> Linux.call(Nr.IOCTL, fd, PidfdInfo.IOCTL_GET_INFO & 0xffffffffL, address));
        closeIfOpen(fd);
        return new Feature(
                "PIDFD_GET_INFO",
                result == 0,
                false,
                result == 0 ? "ids and credentials from a descriptor" : "unknown before Linux 6.13",
                "ids and credentials are parsed from /proc, about 10 µs more for a call that needs them");
    }

    private static Feature clone3() {
        boolean present = Linux.call(Nr.CLONE3, 0, 0) != -Errno.ENOSYS;
        return new Feature(
                "clone3",
                present,
                false,
                present ? "present" : "answered ENOSYS, as container runtimes do",
                "targets are started with clone; caught signals are reset by execve");
    }

    private static Feature child() {
        String name = "target memory, descriptors";
        String cost = "no call with a pointer and no socket can be mediated; set kernel.yama.ptrace_scope to 0 or 1, "
                + "in a container grant CAP_SYS_PTRACE";
        try {
            // Waits for input that never comes.
            Process process = new ProcessBuilder("cat").start();
            try {
                long memory = readMemory(process.pid());
                long descriptor = takeDescriptor(process.pid());
                boolean both = memory > 0 && descriptor >= 0;
                String detail = both
                        ? "process_vm_readv and pidfd_getfd work on a child"
                        : "process_vm_readv: " + outcome(memory) + "; pidfd_getfd: " + outcome(descriptor);
                return new Feature(name, both, true, detail, cost);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return new Feature(name, false, true, "could not be tried: " + e.getMessage(), cost);
        }
    }

    private static long readMemory(long pid) throws IOException {
        String first = Files.readAllLines(Path.of("/proc/" + pid + "/maps")).stream()
                .filter(line -> line.contains(" r"))
                .findFirst()
                .orElse("0-");
        Block target = Block.allocate(8);
        Block vectors = Block.allocate(2 * IOVEC_SIZE)
                .putLong(0, target.address())
                .putLong(8, target.size())
                .putLong(16, Long.parseUnsignedLong(first.substring(0, first.indexOf('-')), 16))
                .putLong(24, target.size());
        return target.with(
                to -> vectors.with(local -> Linux.call(Nr.PROCESS_VM_READV, pid, local, 1, local + IOVEC_SIZE, 1, 0)));
    }

    private static long takeDescriptor(long pid) {
        long pidfd = Linux.call(Nr.PIDFD_OPEN, pid, 0);
        if (pidfd < 0) {
            return pidfd;
        }
        long fd = Linux.call(Nr.PIDFD_GETFD, pidfd, 0, 0);
        Linux.close((int) pidfd);
        closeIfOpen(fd);
        return fd;
    }

    private static void closeIfOpen(long fd) {
        if (fd >= 0) {
            Linux.close((int) fd);
        }
    }

    private static String outcome(long result) {
        return result < 0 ? Errno.describe((int) -result) : "works";
    }
}
