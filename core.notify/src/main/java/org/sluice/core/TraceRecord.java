package org.sluice.core;

import java.time.Instant;

/**
 * One call that was answered.
 *
 * @param number counts the sandbox's records while it is traced
 * @param time of the answer
 * @param sandbox its name
 * @param pid of the process that called
 * @param command of that process
 * @param call name of the system call
 * @param arguments what it was given, for people
 * @param outcome {@code ok}, {@code denied}, {@code error}, or {@code kernel} where the kernel goes on with the call
 * @param result what the target gets: a value, or the name of an errno
 * @param handler who gave the answer; empty if the call was performed
 * @param nanos from the notification until the answer
 */
public record TraceRecord(
        long number,
        Instant time,
        String sandbox,
        int pid,
        String command,
        String call,
        String arguments,
        String outcome,
        String result,
        String handler,
        long nanos) {}
