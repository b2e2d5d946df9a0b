package org.sluice.bpf;

/** Calls that reach into other processes, or that take a thread out of what the supervisor can follow. */
final class DeniedProcesses {

    private static final String LIMITS = "it may cripple a process outside the sandbox, the supervisor included";

    private DeniedProcesses() {}

    static void write(DenyListWriter list) {
        list.refuseAll(
                "it reads or changes another process",
                "ptrace",
                "process_vm_readv",
                "process_vm_writev",
                "pidfd_getfd",
                "process_madvise",
                "process_mrelease",
                "kcmp");
        for (String call : new String[] {"get_robust_list", "move_pages", "migrate_pages"}) {
            list.foreign(call, "pid", "it reads or changes another process", pidGiven(0));
        }
        namespaces(list);
        limits(list);
        attributes(list);
    }

    private static void namespaces(DenyListWriter list) {
        String reason = "a new namespace changes what paths, processes and addresses mean";
        // In clone(2) the bit of CLONE_NEWTIME belongs to the exit signal.
        long namespaces = list.flags(
                "CLONE_NEWNS",
                "CLONE_NEWCGROUP",
                "CLONE_NEWUTS",
                "CLONE_NEWIPC",
                "CLONE_NEWUSER",
                "CLONE_NEWPID",
                "CLONE_NEWNET");
        list.refuse("clone", reason, ArgumentTest.intHasAny(0, namespaces));
        long shared = list.flags("CLONE_FILES", "CLONE_FS");
        list.refuse(
                "clone",
                "a thread with its own descriptors or directory cannot be followed",
                ArgumentTest.intHasAny(0, list.constant("CLONE_THREAD")),
                new ArgumentTest(0, 32, shared, shared, true));
        list.refuse("unshare", reason, ArgumentTest.longHasAny(0, namespaces | list.constant("CLONE_NEWTIME")));
        list.refuse(
                "unshare",
                "a thread with its own descriptors cannot be followed",
                ArgumentTest.longHasAny(0, list.constant("CLONE_FILES")));
        list.refuseAll(reason, "setns");
    }

    private static void limits(DenyListWriter list) {
        list.foreign(
                "prlimit64",
                "pid",
                LIMITS,
                pidGiven(0),
                ArgumentTest.longEquals(2, 0).not());
        for (String call :
                new String[] {"sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"}) {
            list.foreign(call, "pid", LIMITS, pidGiven(0));
        }
        priority(list, "setpriority", list.constant("PRIO_PROCESS"));
        priority(list, "ioprio_set", list.constant("IOPRIO_WHO_PROCESS"));
    }

    /** {@code process} is the value of the first argument that means one process; the next two mean groups and users. */
    private static void priority(DenyListWriter list, String call, long process) {
        list.foreign(call, "who", LIMITS, ArgumentTest.intEquals(0, process), pidGiven(1));
        // The target shares its process group with the supervisor's caller, and its user with the supervisor.
        list.refuse(call, LIMITS, ArgumentTest.intEquals(0, process + 1));
        list.refuse(call, LIMITS, ArgumentTest.intEquals(0, process + 2));
    }

    private static void attributes(DenyListWriter list) {
        list.refuseFirst(
                "prctl",
                "the target must end with its supervisor",
                ArgumentTest.intEquals(0, list.constant("PR_SET_PDEATHSIG")));
        list.refuse(
                "prctl",
                "the supervisor reaps the sandbox's orphans",
                ArgumentTest.intEquals(0, list.constant("PR_SET_CHILD_SUBREAPER")));
        list.pretend(
                "prctl",
                "the supervisor could not read the memory of its calls",
                ArgumentTest.intEquals(0, list.constant("PR_SET_DUMPABLE")),
                ArgumentTest.longEquals(1, 0));
    }

    static ArgumentTest pidGiven(int argument) {
        return ArgumentTest.intEquals(argument, 0).not();
    }
}
