package org.sluice.core;

/**
 * How a process ended (wait(2)).
 *
 * @param code the exit code, 0 if a signal ended it
 * @param signal the signal that ended it, or 0
 * @param dumped whether it left a core
 */
public record ExitStatus(int code, int signal, boolean dumped) {

    /** From the status word of wait4(2). */
    public static ExitStatus fromWait(int status) {
        int signal = status & 0x7f;
        return signal == 0
                ? new ExitStatus((status >> 8) & 0xff, 0, false)
                : new ExitStatus(0, signal, (status & 0x80) != 0);
    }

    /** As a shell reports it: the code, or 128 and the signal. */
    public int shellCode() {
        return signal == 0 ? code : 128 + signal;
    }
}
