package org.sluice.bpf;

import java.util.BitSet;
import java.util.List;

/**
 * Checks a program before it is handed out: known operations, every jump forward and inside, every path ends in RET, no
 * instruction that nothing reaches. The kernel checks much of this too; here a fault is found where it was made.
 */
final class FilterVerifier {

    private final List<Instruction> program;
    private final BitSet reached = new BitSet();

    private FilterVerifier(List<Instruction> program) {
        this.program = program;
    }

    /** Throws {@link IllegalArgumentException}, naming the instruction, if the program is faulty. */
    static void verify(List<Instruction> program) {
        if (program.isEmpty() || program.size() > Bpf.MAX_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "a filter has 1 to " + Bpf.MAX_INSTRUCTIONS + " instructions, this one has " + program.size());
        }
        if (program.get(0).code() != Bpf.LD && program.get(0).code() != Bpf.RET) {
            throw new IllegalArgumentException("a filter begins with a load or a return");
        }
        new FilterVerifier(program).run();
    }

    private void run() {
        reached.set(0);
        for (int at = 0; at < program.size(); at++) {
            if (!reached.get(at)) {
                throw fault(at, "is never reached");
            }
            check(at, program.get(at));
        }
    }

    private void check(int at, Instruction instruction) {
        int k = instruction.k();
        switch (instruction.code()) {
            case Bpf.LD -> {
                if (k < 0 || k >= Bpf.DATA_SIZE || k % 4 != 0) {
                    throw fault(at, "loads from offset " + k);
                }
                reach(at, 0);
            }
            case Bpf.AND -> reach(at, 0);
            case Bpf.JA -> reach(at, k);
            case Bpf.JEQ, Bpf.JGT, Bpf.JGE, Bpf.JSET -> {
                reach(at, jump(at, instruction.ifTrue()));
                reach(at, jump(at, instruction.ifFalse()));
            }
            case Bpf.RET -> checkAnswer(at, k);
            default -> throw fault(at, "has the unknown operation 0x" + Integer.toHexString(instruction.code()));
        }
    }

    private int jump(int at, int distance) {
        if (distance < 0 || distance > Bpf.MAX_JUMP) {
            throw fault(at, "jumps over " + distance + " instructions");
        }
        return distance;
    }

    private void reach(int at, int distance) {
        if (distance < 0 || distance >= program.size() - at - 1) {
            throw fault(at, "leads out of the program");
        }
        reached.set(at + 1 + distance);
    }

    private void checkAnswer(int at, int k) {
        int data = k & ~Bpf.RET_ACTION_MASK;
        boolean known =
                switch (k & Bpf.RET_ACTION_MASK) {
                    case Bpf.RET_ERRNO -> data <= 4095;
                    case Bpf.RET_ALLOW, Bpf.RET_LOG, Bpf.RET_USER_NOTIF, Bpf.RET_KILL_PROCESS -> data == 0;
                    default -> false;
                };
        if (!known) {
            throw fault(at, "returns 0x" + Integer.toHexString(k));
        }
    }

    private static IllegalArgumentException fault(int at, String what) {
        return new IllegalArgumentException("instruction " + at + " " + what);
    }
}
