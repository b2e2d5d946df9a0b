package org.sluice.bpf;

import org.sluice.linux.Errno;

/** Calls that change the machine, its file systems or its kernel, or that pass calls around the filter. */
final class DeniedMachine {

    private static final long PERSONALITY_QUERY = 0xffffffffL;

    private DeniedMachine() {}

    static void write(DenyListWriter list) {
        around(list);
        fileSystems(list);
        list.refuseAll(
                "it changes the running kernel",
                "kexec_load",
                "kexec_file_load",
                "init_module",
                "finit_module",
                "delete_module",
                "create_module",
                "bpf",
                "reboot",
                "syslog",
                "acct",
                "swapon",
                "swapoff",
                "quotactl",
                "quotactl_fd");
        list.refuseAll("it gives access to the processor's ports or segments", "iopl", "ioperm", "modify_ldt");
        list.refuseAll("it observes other processes through the kernel", "perf_event_open", "userfaultfd");
        list.refuseAll("keys are shared with the user's other processes", "keyctl", "add_key", "request_key");
        list.refuse(
                "personality",
                "it may switch protections off",
                new ArgumentTest(0, 32, ~list.constant("ADDR_NO_RANDOMIZE"), 0, true),
                ArgumentTest.intEquals(0, PERSONALITY_QUERY).not());
        for (String request : new String[] {"TIOCSTI", "TIOCLINUX"}) {
            list.refuse(
                    "ioctl", request + " types into the terminal", ArgumentTest.intEquals(1, list.constant(request)));
        }
    }

    private static void around(DenyListWriter list) {
        String unseen = "calls made through its ring would pass the filter";
        list.fail("io_uring_setup", Errno.ENOSYS, unseen);
        list.fail("io_uring_enter", Errno.ENOSYS, unseen);
        list.fail("io_uring_register", Errno.ENOSYS, unseen);
        list.fail("clone3", Errno.ENOSYS, "its flags are in memory; the C library falls back to clone");
        list.fail(
                "landlock_create_ruleset",
                Errno.EOPNOTSUPP,
                "calls made on behalf of the target could not follow its own domain");
    }

    private static void fileSystems(DenyListWriter list) {
        list.refuseAll(
                "it changes what paths mean",
                "mount",
                "umount2",
                "mount_setattr",
                "open_tree",
                "open_tree_attr",
                "fsopen",
                "fspick",
                "fsmount",
                "fsconfig",
                "move_mount",
                "pivot_root",
                "chroot");
        list.refuseAll("it opens files past their directories", "open_by_handle_at");
        list.refuseAll("it sees what other processes open", "fanotify_init");
    }
}
