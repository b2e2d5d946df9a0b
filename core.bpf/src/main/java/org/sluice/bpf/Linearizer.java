package org.sluice.bpf;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays a {@link Graph} out as a program. It writes from the end to the beginning, so the aim of each jump already has
 * its place when the jump is written, and a jump that would be too long can have a stepping stone put right after it: a
 * copy of the aim if that is a return, else an unconditional jump, whose distance has 32 bits.
 */
final class Linearizer {

    private final Graph graph;
    /** Instructions from the last to the first. */
    private final List<Instruction> reversed = new ArrayList<>();
    /** For each node, how many instructions stood behind and at it when it was written: its place from the end. */
    private final Map<Integer, Integer> places = new HashMap<>();

    private Linearizer(Graph graph) {
        this.graph = graph;
    }

    static List<Instruction> linearize(Graph graph, int root) {
        Linearizer linearizer = new Linearizer(graph);
        BitSet needed = linearizer.reachable(root);
        for (int id = needed.nextSetBit(0); id >= 0; id = needed.nextSetBit(id + 1)) {
            linearizer.write(id);
        }
        List<Instruction> program = linearizer.reversed;
        if (program.size() > Bpf.MAX_INSTRUCTIONS) {
            throw new FilterTooLongException(program.size());
        }
        Collections.reverse(program);
        return program;
    }

    /** Older nodes have smaller numbers, so one sweep from the root down finds all. */
    private BitSet reachable(int root) {
        BitSet needed = new BitSet();
        needed.set(root);
        for (int id = root; id >= 0; id--) {
            Graph.Node node = graph.node(id);
            if (needed.get(id) && node.code() != Bpf.RET) {
                needed.set(node.ifTrue());
                needed.set(node.ifFalse());
            }
        }
        return needed;
    }

    private void write(int id) {
        Graph.Node node = graph.node(id);
        switch (node.code()) {
            case Bpf.RET -> {
                // Written where it is first needed: far from its users it would only be copied again.
                return;
            }
            case Bpf.LD, Bpf.AND -> {
                if (distance(node.ifTrue()) != 0) {
                    step(node.ifTrue());
                }
                append(new Instruction(node.code(), 0, 0, node.k()));
            }
            default -> writeBranch(node);
        }
        places.put(id, reversed.size());
    }

    private void writeBranch(Graph.Node node) {
        // A step for one aim moves the other one further away.
        while (distance(node.ifTrue()) > Bpf.MAX_JUMP || distance(node.ifFalse()) > Bpf.MAX_JUMP) {
            step(distance(node.ifTrue()) > Bpf.MAX_JUMP ? node.ifTrue() : node.ifFalse());
        }
        append(new Instruction(node.code(), distance(node.ifTrue()), distance(node.ifFalse()), node.k()));
    }

    /** How many instructions lie between the next one to be written and {@code id}. */
    private int distance(int id) {
        Integer place = places.get(id);
        return place == null ? Integer.MAX_VALUE : reversed.size() - place;
    }

    /** Puts a way to {@code id} right here. */
    private void step(int id) {
        Graph.Node aim = graph.node(id);
        if (aim.code() == Bpf.RET) {
            append(new Instruction(Bpf.RET, 0, 0, aim.k()));
        } else {
            append(new Instruction(Bpf.JA, 0, 0, distance(id)));
        }
        places.put(id, reversed.size());
    }

    private void append(Instruction instruction) {
        reversed.add(instruction);
    }
}
