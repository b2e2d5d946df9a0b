package org.sluice.policy;

import java.time.Instant;
import org.sluice.notify.Denial;

/**
 * A denial as it is kept.
 *
 * @param time when
 * @param sandbox the sandbox's name
 * @param pid the process
 * @param command the thread's name
 * @param syscall the system call
 * @param errno what the target got
 * @param denial why, and what would allow it
 */
public record DenialRecord(
        Instant time, String sandbox, int pid, String command, String syscall, int errno, Denial denial) {}
