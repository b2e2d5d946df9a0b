package org.sluice.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What no target may do, whatever its profile says: calls that reach other processes, the machine or the file systems
 * around every other check, or that would let a call pass the filter unseen. Immutable.
 *
 * <p>In a filter these rules stand before all others. Those that are not {@link Judgement#FILTER} reach the supervisor,
 * which looks the call up with {@link #find} and answers as the entry says.
 */
public final class DenyList {

    private static final DeniedCall[] NONE = {};

    private final List<DeniedCall> entries;
    private final DeniedCall[][] byNumber;

    private DenyList(List<DeniedCall> entries) {
        this.entries = List.copyOf(entries);
        int highest = -1;
        for (DeniedCall entry : entries) {
            highest = Math.max(highest, entry.number());
        }
        this.byNumber = new DeniedCall[highest + 1][];
        Arrays.fill(byNumber, NONE);
        for (DeniedCall entry : entries) {
            DeniedCall[] before = byNumber[entry.number()];
            DeniedCall[] longer = Arrays.copyOf(before, before.length + 1);
            longer[before.length] = entry;
            byNumber[entry.number()] = longer;
        }
    }

    /**
     * The list.
     *
     * @param landlockAbi below 6 the kernel does not keep signals inside the sandbox, so they are on the list
     */
    public static DenyList of(Architecture architecture, int landlockAbi) {
        DenyListWriter writer = new DenyListWriter(architecture);
        DeniedMachine.write(writer);
        DeniedProcesses.write(writer);
        DeniedSockets.write(writer);
        if (landlockAbi < 6) {
            DeniedSignals.write(writer);
        }
        return new DenyList(writer.entries());
    }

    /** The list without some entries, for what a profile lifts. */
    public DenyList without(Predicate<DeniedCall> lifted) {
        return new DenyList(entries.stream().filter(lifted.negate()).toList());
    }

    /** All entries in the order in which they are tried. */
    public List<DeniedCall> entries() {
        return entries;
    }

    /** The rules for the filter. */
    public List<SyscallRule> rules() {
        return entries.stream().map(DeniedCall::rule).toList();
    }

    /**
     * The entry that a call falls under, or empty if there is none.
     *
     * @param arguments the six registers
     */
    public Optional<DeniedCall> find(int number, long[] arguments) {
        for (DeniedCall entry : of(number)) {
            if (entry.matches(number, arguments)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** Why a number is on the list: the reasons of its entries; empty if it is not. */
    public String reason(int number) {
        return Arrays.stream(of(number)).map(DeniedCall::reason).distinct().collect(Collectors.joining("; "));
    }

    private DeniedCall[] of(int number) {
        return number >= 0 && number < byNumber.length ? byNumber[number] : NONE;
    }
}
