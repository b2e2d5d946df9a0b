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
 * the same network. Each call that opens a file is trapped for them; a profile may do without ({@code netlink.files}).
 */
interface InterfaceFiles extends VirtualFiles {

    @Override
    default Set<String> paths(Settings settings) {
        String mode = settings.text("mode", "");
        boolean isOwn = mode.isEmpty() || mode.equals("kernel") || mode.equals("synthetic");
        return isOwn && settings.flag("files", true) ? Set.of("/proc/self/net/", "/sys/class/net/") : Set.of();
    }

    /** The kernel's own files of the private network, or what the core tells of a synthetic one. */
    @Override
    default Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
        return Optional.empty();
    }
}
