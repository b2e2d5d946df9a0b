package org.sluice.bpf;

/** Signals to processes outside the sandbox, for kernels whose Landlock does not scope them (ABI 5 and older). */
final class DeniedSignals {

    private static final String REASON = "this kernel does not keep signals inside the sandbox";
    private static final long FIOSETOWN = 0x8901;
    private static final long SIOCSPGRP = 0x8902;

    private DeniedSignals() {}

    static void write(DenyListWriter list) {
        list.foreign("kill", "pid", REASON);
        list.foreign("tkill", "pid", REASON);
        list.foreign("tgkill", "tgid", REASON);
        list.foreign("rt_sigqueueinfo", "pid", REASON);
        list.foreign("rt_tgsigqueueinfo", "tgid", REASON);
        list.foreignPidfd("pidfd_send_signal", "pidfd", REASON);
        list.foreign("fcntl", "arg", REASON, ArgumentTest.intEquals(1, list.constant("F_SETOWN")));
        // These name the process in memory.
        list.refuse("fcntl", REASON, ArgumentTest.intEquals(1, list.constant("F_SETOWN_EX")));
        list.refuse("ioctl", REASON, ArgumentTest.intEquals(1, FIOSETOWN));
        list.refuse("ioctl", REASON, ArgumentTest.intEquals(1, SIOCSPGRP));
    }
}
