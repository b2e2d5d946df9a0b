package org.sluice.handler.netlink;

import java.util.Optional;
import java.util.Set;
import org.sluice.notify.Bytes;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Target;
import org.sluice.notify.VirtualFiles;

/**
 * The files that tell of network interfaces and of what goes through them: {@code /proc/net} (proc_pid_net(5)) and
 * {@code /sys/class/net} (sysfs(5)). They agree with what netlink and ioctl say, because all three are shown of
 * the same network. Only where the profile asks for it ({@code netlink.files}), since each call that opens a file is trapped for
 * it, and a server that opens a file for each request then answers a third of them.
 */
interface InterfaceFiles extends VirtualFiles {

    @Override
    default Set<String> paths(Settings settings) {
        String mode = settings.text("mode", "");
        boolean isOwn = mode.isEmpty() || mode.equals("kernel") || mode.equals("synthetic");
        return isOwn && settings.flag("files", false) ? Set.of("/proc/self/net/", "/sys/class/net/") : Set.of();
    }

    /** The kernel's own files of the private network, or what the core tells of a synthetic one. */
    @Override
    default Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
        return Optional.empty();
    }
}
