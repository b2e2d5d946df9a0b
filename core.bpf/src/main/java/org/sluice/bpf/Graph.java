package org.sluice.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program under construction: a graph without cycles, whose nodes are numbered in the order in which they are made. A
 * node can only refer to older ones, and two equal nodes are one, so identical tails are shared by themselves.
 */
final class Graph {

    /** An upper bound that only a hopeless program reaches, so that memory stays bounded. */
    private static final int MAX_NODES = 16 * Bpf.MAX_INSTRUCTIONS;

    /** One node; {@code ifFalse} equals {@code ifTrue} where the operation does not branch. */
    record Node(int code, int k, int ifTrue, int ifFalse) {

        /** By hand: what the compiler makes for a record is linked at its first use, which a start would wait for. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Node node
                    && code == node.code
                    && k == node.k
                    && ifTrue == node.ifTrue
                    && ifFalse == node.ifFalse;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * code + k) + ifTrue) + ifFalse;
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> known = new HashMap<>();

    Node node(int id) {
        return nodes.get(id);
    }

    int size() {
        return nodes.size();
    }

    /** Ends the program. */
    int answer(Action action) {
        return add(new Node(Bpf.RET, action.value(), -1, -1));
    }

    /** Loads the word at {@code offset}, then goes on. */
    int load(int offset, int next) {
        return add(new Node(Bpf.LD, offset, next, next));
    }

    /** Masks the accumulator, then goes on. */
    int and(int mask, int next) {
        return add(new Node(Bpf.AND, mask, next, next));
    }

    /** Branches; a branch with one aim is that aim. */
    int branch(int code, int k, int ifTrue, int ifFalse) {
        return ifTrue == ifFalse ? ifTrue : add(new Node(code, k, ifTrue, ifFalse));
    }

    /** What follows the load, if {@code node} is a load of {@code offset}: where that word is in the accumulator. */
    int after(int offset, int node) {
        Node first = node(node);
        return first.code() == Bpf.LD && first.k() == offset ? first.ifTrue() : node;
    }

    private int add(Node node) {
        Integer id = known.get(node);
        if (id != null) {
            return id;
        }
        if (nodes.size() == MAX_NODES) {
            throw new FilterTooLongException(MAX_NODES);
        }
        nodes.add(node);
        known.put(node, nodes.size() - 1);
        return nodes.size() - 1;
    }
}
