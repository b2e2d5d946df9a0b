package org.sluice.bpf;

/** What a filter answers; the values are those of linux/seccomp.h. A closed set, since its shape is the kernel's. */
public sealed interface Action {

    /** The kernel runs the call. */
    record Allow() implements Action {}

    /**
     * The call fails without running.
     *
     * @param errno 0 to 4095; 0 makes the call return 0 without running
     */
    record Errno(int errno) implements Action {
        /** Checks the range. */
        public Errno {
            if (errno < 0 || errno > 4095) {
                throw new IllegalArgumentException("errno " + errno + " is not between 0 and 4095");
            }
        }
    }

    /** The call waits for the supervisor's answer (seccomp_unotify(2)). */
    record Notify() implements Action {}

    /** The whole process dies with SIGSYS. */
    record KillProcess() implements Action {}

    /** The kernel writes a line to its log and runs the call. */
    record Log() implements Action {}

    /** {@link Allow}. */
    static Action allow() {
        return new Allow();
    }

    /** {@link Notify}. */
    static Action userNotify() {
        return new Notify();
    }

    /** {@link KillProcess}. */
    static Action killProcess() {
        return new KillProcess();
    }

    /** {@link Errno}. */
    static Action errno(int errno) {
        return new Errno(errno);
    }

    /** The value that the program returns for it. */
    default int value() {
        if (this instanceof Errno failure) {
            return Bpf.RET_ERRNO | failure.errno();
        }
        if (this instanceof Notify) {
            return Bpf.RET_USER_NOTIF;
        }
        if (this instanceof KillProcess) {
            return Bpf.RET_KILL_PROCESS;
        }
        return this instanceof Log ? Bpf.RET_LOG : Bpf.RET_ALLOW;
    }
}
