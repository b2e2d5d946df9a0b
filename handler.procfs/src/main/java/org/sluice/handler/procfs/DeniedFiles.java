package org.sluice.handler.procfs;

import java.util.List;
import org.sluice.notify.Settings;

/**
 * The files of procfs and sysfs that a sandbox may not open, whatever is granted. Without a list in the profile they are
 * those that tell of the kernel's memory and of the machine's hardware, or that act on the whole machine (proc(5),
 * sysfs(5)); no ordinary program needs them. Immutable.
 */
final class DeniedFiles {

    /** The key of the section. */
    static final String KEY = "deny";

    static final List<String> USUAL = List.of(
            "/proc/acpi/",
            "/proc/bus/",
            "/proc/config.gz",
            "/proc/iomem",
            "/proc/ioports",
            "/proc/kallsyms",
            "/proc/kcore",
            "/proc/key-users",
            "/proc/keys",
            "/proc/kmsg",
            "/proc/kpagecgroup",
            "/proc/kpagecount",
            "/proc/kpageflags",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi/",
            "/proc/slabinfo",
            "/proc/sysrq-trigger",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/vmallocinfo",
            "/sys/firmware/",
            "/sys/kernel/debug/",
            "/sys/kernel/notes",
            "/sys/kernel/security/",
            "/sys/kernel/tracing/",
            "/sys/kernel/vmcoreinfo");

    private final List<String> paths;

    DeniedFiles(Settings settings) {
        this.paths = settings.values().containsKey(KEY) ? settings.texts(KEY) : USUAL;
    }

    /** Whether a file may not be opened; a path with a slash at its end is a directory with all that is below. */
    boolean contain(String path) {
        for (String denied : paths) {
            boolean folder = denied.endsWith("/");
            if (path.equals(denied)
                    || (folder && (path.startsWith(denied) || path.equals(denied.substring(0, denied.length() - 1))))) {
                return true;
            }
        }
        return false;
    }
}
