package org.sluice.core.spawn;

import java.util.List;
import org.sluice.notify.Bytes;

/**
 * Everything that a target is started with, decided before any process exists.
 *
 * @param candidates the files to try to execute, in order
 * @param arguments the argument vector
 * @param environment the environment as {@code NAME=value}
 * @param directory the working directory, empty for the supervisor's
 * @param stdio three descriptors that become 0, 1 and 2
 * @param passed further descriptors that the target keeps
 * @param limits resource limits
 * @param ignoredSignals the signals to be ignored from the start, as a mask; all others have their default action
 * @param blockedSignals the signal mask to begin with
 * @param capabilities the capabilities to keep, as a mask
 * @param lastCapability the highest capability that the kernel knows, or -1 if this process has none to drop
 * @param ruleset the Landlock ruleset's descriptor, or -1 for none
 * @param guardRuleset the guard's Landlock ruleset, which scopes signals, or -1 for none
 * @param filter the address of the struct sock_fprog
 * @param filterFlags the flags of SECCOMP_SET_MODE_FILTER
 * @param answeredEarly whether the filter delivers calls that the target makes on its way to execve, so that the listener
 *     must be served before
 */
public record LaunchPlan(
        List<Bytes> candidates,
        List<Bytes> arguments,
        List<Bytes> environment,
        Bytes directory,
        List<Integer> stdio,
        List<Integer> passed,
        List<Limit> limits,
        long ignoredSignals,
        long blockedSignals,
        long capabilities,
        int lastCapability,
        int ruleset,
        int guardRuleset,
        long filter,
        long filterFlags,
        boolean answeredEarly) {

    /**
     * A resource limit (setrlimit(2)).
     *
     * @param resource the kernel's number
     * @param value soft and hard value alike
     */
    public record Limit(int resource, long value) {}
}
