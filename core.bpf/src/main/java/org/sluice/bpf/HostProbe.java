package org.sluice.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sluice.landlock.Landlock;
import org.sluice.landlock.Ruleset;

/** Looks at the kernel's version, Landlock and the host's configuration. */
final class HostProbe {

    private HostProbe() {}

    static Feature kernel() {
        return new Feature(
                "kernel",
                isAtLeast(5, 9),
                true,
                "Linux " + release() + " on " + Architecture.host().table().architecture(),
                "Sluice needs Linux 5.9 or newer");
    }

    /** Commit cce436aafc2a, which cannot be looked for but by the version. */
    static Feature fastReplyFix() {
        boolean fixed = isAtLeast(6, 18);
        return new Feature(
                "fix of fast replies",
                fixed,
                false,
                fixed
                        ? "WAIT_KILLABLE_RECV repeats no answered call"
                        : "in Linux 6.18, and in stable kernels since the end of 2025",
                "without the fix a signal may repeat a call whose answer was delivered; the core then gives the same "
                        + "answer again");
    }

    private static String release() {
        return System.getProperty("os.version", "0.0");
    }

    private static boolean isAtLeast(int major, int minor) {
        String[] parts = release().split("[^0-9]+", 3);
        int ownMajor = Integer.parseInt(parts[0]);
        int ownMinor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
        return ownMajor > major || (ownMajor == major && ownMinor >= minor);
    }

    static List<Feature> landlock() {
        int abi = Landlock.abi();
        List<Feature> features = new ArrayList<>();
        features.add(new Feature(
                "Landlock",
                abi > 0,
                true,
                abi > 0 ? "ABI " + abi : "not built in, or not in the list of the lsm= boot parameter",
                "the kernel protects no file and not the supervisor; --degrade runs without it"));
        if (abi > 0) {
            List<String> lost = Ruleset.builder()
                    .restrictTcpBind()
                    .restrictTcpConnect()
                    .scopeSignals()
                    .scopeAbstractSockets()
                    .build()
                    .lost();
            features.add(new Feature(
                    "Landlock, all that is used",
                    lost.isEmpty(),
                    false,
                    lost.isEmpty() ? "files, TCP ports, devices, signals, abstract sockets" : "in part",
                    String.join("; ", lost)));
        }
        return features;
    }

    static List<Feature> configuration() {
        return List.of(userNamespaces(), cgroup());
    }

    private static Feature userNamespaces() {
        String refusal = refusalOfUserNamespaces();
        return new Feature(
                "user namespaces",
                refusal.isEmpty(),
                false,
                refusal.isEmpty() ? "the host's settings permit them" : refusal,
                "virtual network interfaces are answered by Sluice itself (synthetic mode)");
    }

    private static String refusalOfUserNamespaces() {
        if (!Files.exists(Path.of("/proc/self/ns/user"))) {
            return "not built in";
        }
        if (setting("/proc/sys/user/max_user_namespaces").equals("0")) {
            return "user.max_user_namespaces is 0";
        }
        if (setting("/proc/sys/kernel/unprivileged_userns_clone").equals("0")) {
            return "kernel.unprivileged_userns_clone is 0";
        }
        if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
            return "kernel.apparmor_restrict_unprivileged_userns is 1: namespaces without capabilities";
        }
        return "";
    }

    private static Feature cgroup() {
        String own = setting("/proc/self/cgroup")
                .lines()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElse("");
        Path folder = Path.of("/sys/fs/cgroup" + own);
        boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        boolean delegated = unified
                && !own.isEmpty()
                && Files.isWritable(folder)
                && Files.isWritable(folder.resolve("cgroup.procs"));
        return new Feature(
                "cgroup v2 delegation",
                delegated,
                false,
                delegated ? folder.toString() : unified ? own + " is not writable" : "/sys/fs/cgroup is not cgroup v2",
                "the memory and the processes of a whole sandbox cannot be limited; this version refuses --memory and "
                        + "--processes with it too");
    }

    /** The content of a file of /proc; empty if it is not there or cannot be read, which says the same here. */
    private static String setting(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
