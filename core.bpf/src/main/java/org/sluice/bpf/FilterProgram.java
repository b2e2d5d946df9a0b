package org.sluice.bpf;

import java.util.List;
import org.sluice.linux.Block;

/** A verified filter program. Immutable. */
public final class FilterProgram {

    /** Offset of {@code len} in {@code struct sock_fprog}, linux/filter.h. */
    private static final int FPROG_LENGTH = 0;
    /** Offset of the pointer to the instructions. */
    private static final int FPROG_FILTER = 8;

    private static final int FPROG_SIZE = 16;

    private final List<Instruction> instructions;

    private FilterProgram(List<Instruction> instructions) {
        this.instructions = instructions;
    }

    /**
     * A program from its instructions.
     *
     * @throws IllegalArgumentException if {@link FilterVerifier} finds a fault
     */
    public static FilterProgram of(List<Instruction> instructions) {
        List<Instruction> copy = List.copyOf(instructions);
        FilterVerifier.verify(copy);
        return new FilterProgram(copy);
    }

    /** The instructions in order. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /**
     * The program as seccomp(2) takes it: a {@code struct sock_fprog} at the block's address, followed by the
     * instructions that it points to. Whoever passes the address on keeps the block reachable.
     */
    public Block toBlock() {
        Block block = Block.allocate(FPROG_SIZE + instructions.size() * Instruction.SIZE);
        block.putShort(FPROG_LENGTH, instructions.size());
        block.putLong(FPROG_FILTER, block.address() + FPROG_SIZE);
        int at = FPROG_SIZE;
        for (Instruction instruction : instructions) {
            block.putShort(at, instruction.code());
            block.putByte(at + 2, instruction.ifTrue());
            block.putByte(at + 3, instruction.ifFalse());
            block.putInt(at + 4, instruction.k());
            at += Instruction.SIZE;
        }
        return block;
    }

    /** The program as text, one instruction on a line, with the aims of jumps as line numbers. */
    public String disassemble() {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < instructions.size(); at++) {
            text.append(String.format("%4d  %s%n", at, instructions.get(at).text(at)));
        }
        return text.toString();
    }
}
