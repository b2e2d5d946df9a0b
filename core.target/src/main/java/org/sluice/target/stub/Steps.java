package org.sluice.target.stub;

import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Block;

/**
 * A list of system calls for {@link Stub}, with jumps between them. It is built in Java and run without Java, so it
 * serves in a child that shares this process's memory (clone(2) with CLONE_VM), where no Java code can run.
 *
 * <p>A step takes 104 bytes of 8-byte words: the number of the call, six arguments, where the result is stored, where to
 * go on if the result is an error, a value, where to go on if the result is that value, where to go on if it is not, and
 * the result. A word of 0 for a place means the next step. All steps of a program lie in one block of fixed capacity,
 * so that the place of a step never changes. A program keeps every block that was given to it; whoever runs one that
 * goes on after {@link Stub#run} keeps the program. Not thread-safe.
 */
public final class Steps {

    static final int SIZE = 104;
    private static final int ARGUMENTS = 8;
    private static final int STORE = 56;
    private static final int ON_ERROR = 64;
    private static final int VALUE = 72;
    private static final int ON_EQUAL = 80;
    private static final int OTHERWISE = 88;
    private static final int RESULT = 96;
    private static final int RETURN = -1;
    private static final int TEST = -2;

    private final Block block;
    private final List<Block> kept = new ArrayList<>();
    private int count;

    /** A program of at most {@code capacity} steps. */
    public Steps(int capacity) {
        this.block = Block.allocate(capacity * SIZE);
    }

    /** Adds a system call. */
    public Step call(int number, long... arguments) {
        return add(number, arguments);
    }

    /** Adds a step that makes no call: its result is the word at {@code address}, masked. */
    public Step test(long address, long mask) {
        return add(TEST, address, mask);
    }

    /** Adds the end: {@link Stub#run} returns here. Never in a child. */
    public Step end() {
        return add(RETURN);
    }

    /** Keeps {@code data} as long as this program, and gives its address. */
    public long keep(Block data) {
        kept.add(data);
        return data.address();
    }

    /** The place of the first step. */
    public long address() {
        return block.address();
    }

    private Step add(int number, long... arguments) {
        int offset = count++ * SIZE;
        if (offset + SIZE > block.size()) {
            throw new IllegalStateException("a program of " + block.size() / SIZE + " steps is full");
        }
        block.putLong(offset, number);
        for (int i = 0; i < arguments.length; i++) {
            block.putLong(offset + ARGUMENTS + 8 * i, arguments[i]);
        }
        block.putLong(offset + STORE, block.address() + offset + RESULT);
        return new Step(offset);
    }

    /** One step; its methods return the step itself. */
    public final class Step {

        private final int offset;

        private Step(int offset) {
            this.offset = offset;
        }

        /** The place of this step. */
        public long address() {
            return block.address() + offset;
        }

        /** The place of argument {@code index}, for another step to store into. */
        public long argument(int index) {
            return address() + ARGUMENTS + 8L * index;
        }

        /** Gives argument {@code index} another value for the next run. */
        public Step give(int index, long value) {
            block.putLong(offset + ARGUMENTS + 8 * index, value);
            return this;
        }

        /** The place of the value that the result is compared with, for another step to store into. */
        public long value() {
            return address() + VALUE;
        }

        /** Argument {@code index} as it stands now. */
        public long given(int index) {
            return block.getLong(offset + ARGUMENTS + 8 * index);
        }

        /** The value that the result is compared with, as it stands now. */
        public long expected() {
            return block.getLong(offset + VALUE);
        }

        /** The place of the result, for a {@link Steps#test} of it. */
        public long resultPlace() {
            return address() + RESULT;
        }

        /** Stores the result of this call at {@code place}, all 8 bytes. */
        public Step storeAt(long place) {
            block.putLong(offset + STORE, place);
            return this;
        }

        /** Where to go on if the result is an error (-4095 to -1). */
        public Step onError(Step step) {
            block.putLong(offset + ON_ERROR, step.address());
            return this;
        }

        /** Where to go on if the result equals {@link #value}. */
        public Step onEqual(long value, Step step) {
            block.putLong(offset + VALUE, value);
            return onEqual(step);
        }

        /** The same, with a value that another step stores. */
        public Step onEqual(Step step) {
            block.putLong(offset + ON_EQUAL, step.address());
            return this;
        }

        /** Where to go on if the result is neither an error nor equal to {@link #value}. */
        public Step otherwise(Step step) {
            block.putLong(offset + OTHERWISE, step.address());
            return this;
        }

        /** The result that was stored here, unless it was stored elsewhere: 0 or more, or a negative errno; 0 if the step was not reached. */
        public long result() {
            return block.getLong(offset + RESULT);
        }
    }
}
