package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sluice.linux.Errno;

/**
 * Compiles rules into a seccomp(2) program: the architecture, the x32 bit, a binary search over the numbers, and for
 * each number its rules. Arguments are only looked at behind the search, so the kernel can find out by itself which
 * numbers are always allowed and skip the program for them.
 *
 * <p>A call by another architecture's entry (int 0x80 on x86-64) kills the process: none of its numbers would mean what
 * the rules say. An x32 call gets ENOSYS, as from a kernel without x32.
 */
public final class FilterCompiler {

    /** Up to so many lone numbers are compared one after the other; a search among fewer costs as much. */
    private static final int CHAIN = 4;

    private final Graph graph = new Graph();
    private final Architecture architecture;

    /** Numbers from {@code first} to the next segment's first, which all lead to one node. */
    private record Segment(long first, int node) {}

    private FilterCompiler(Architecture architecture) {
        this.architecture = architecture;
    }

    /**
     * Compiles.
     *
     * @param rules those of one system call are tried in list order, the first that holds wins
     * @param otherwise the answer to every call for which no rule holds
     * @throws FilterTooLongException if the program would be longer than the kernel takes
     */
    public static FilterProgram compile(Architecture architecture, List<SyscallRule> rules, Action otherwise) {
        return new FilterCompiler(architecture).program(rules, otherwise);
    }

    private FilterProgram program(List<SyscallRule> rules, Action otherwise) {
        List<Segment> segments = segments(rules, otherwise);
        int numbers = search(segments, 0, segments.size());
        if (architecture.hasX32()) {
            numbers = graph.branch(Bpf.JSET, Bpf.X32_BIT, graph.answer(Action.errno(Errno.ENOSYS)), numbers);
        }
        int root = graph.load(Bpf.DATA_NUMBER, numbers);
        root = graph.branch(Bpf.JEQ, architecture.audit(), root, graph.answer(Action.killProcess()));
        return FilterProgram.of(Linearizer.linearize(graph, graph.load(Bpf.DATA_ARCH, root)));
    }

    /** All numbers in order, as few segments as possible. */
    private List<Segment> segments(List<SyscallRule> rules, Action otherwise) {
        Map<Integer, List<SyscallRule>> byNumber = new TreeMap<>();
        for (SyscallRule rule : rules) {
            byNumber.computeIfAbsent(rule.number(), number -> new ArrayList<>()).add(rule);
        }
        int fallback = graph.answer(otherwise);
        List<Segment> segments = new ArrayList<>();
        add(segments, 0, fallback);
        byNumber.forEach((number, ofNumber) -> {
            add(segments, number, rules(ofNumber, fallback));
            add(segments, number + 1L, fallback);
        });
        return segments;
    }

    private static void add(List<Segment> segments, long first, int node) {
        int last = segments.size() - 1;
        if (last >= 0 && segments.get(last).first() == first) {
            segments.remove(last--);
        }
        if (last < 0 || segments.get(last).node() != node) {
            segments.add(new Segment(first, node));
        }
    }

    private int search(List<Segment> segments, int from, int to) {
        if (to - from == 1) {
            return segments.get(from).node();
        }
        if (isChain(segments, from, to)) {
            return chain(segments, from, to);
        }
        int middle = (from + to) >>> 1;
        int below = search(segments, from, middle);
        int above = search(segments, middle, to);
        return graph.branch(Bpf.JGE, (int) segments.get(middle).first(), above, below);
    }

    /** Whether these are a few lone numbers in one surrounding. */
    private static boolean isChain(List<Segment> segments, int from, int to) {
        if ((to - from) % 2 == 0 || to - from > 2 * CHAIN + 1) {
            return false;
        }
        int around = segments.get(from).node();
        for (int i = from + 2; i < to; i += 2) {
            if (segments.get(i).node() != around
                    || segments.get(i).first() - segments.get(i - 1).first() != 1) {
                return false;
            }
        }
        return true;
    }

    private int chain(List<Segment> segments, int from, int to) {
        int node = segments.get(from).node();
        for (int i = to - 2; i > from; i -= 2) {
            Segment lone = segments.get(i);
            node = graph.branch(Bpf.JEQ, (int) lone.first(), lone.node(), node);
        }
        return node;
    }

    private int rules(List<SyscallRule> rules, int fallback) {
        int certain = 0;
        while (certain < rules.size() && !rules.get(certain).tests().isEmpty()) {
            certain++;
        }
        int node = certain == rules.size()
                ? fallback
                : graph.answer(rules.get(certain).action());
        for (int i = certain - 1; i >= 0; i--) {
            node = rule(rules.get(i), node);
        }
        return node;
    }

    private int rule(SyscallRule rule, int otherwise) {
        int node = graph.answer(rule.action());
        for (int i = rule.tests().size() - 1; i >= 0; i--) {
            node = test(rule.tests().get(i), node, otherwise);
        }
        return node;
    }

    private int test(ArgumentTest test, int holds, int fails) {
        int equal = test.negated() ? fails : holds;
        int different = test.negated() ? holds : fails;
        if ((test.value() & ~test.mask()) != 0) {
            return different;
        }
        int low = Bpf.lowHalf(test.index());
        int node = half(low, (int) test.mask(), (int) test.value(), equal, different);
        if (test.bits() == 32) {
            return node;
        }
        return half(low + 4, (int) (test.mask() >>> 32), (int) (test.value() >>> 32), node, different);
    }

    private int half(int offset, int mask, int value, int equal, int different) {
        if (mask == 0 || equal == different) {
            return equal;
        }
        if (mask != -1 && (value == 0 || value == mask) && (value == 0 || Integer.bitCount(mask) == 1)) {
            int isSet = graph.after(offset, value == 0 ? different : equal);
            int isClear = graph.after(offset, value == 0 ? equal : different);
            return graph.load(offset, graph.branch(Bpf.JSET, mask, isSet, isClear));
        }
        if (mask == -1) {
            return graph.load(
                    offset, graph.branch(Bpf.JEQ, value, graph.after(offset, equal), graph.after(offset, different)));
        }
        return graph.load(offset, graph.and(mask, graph.branch(Bpf.JEQ, value, equal, different)));
    }
}
