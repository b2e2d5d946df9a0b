package org.sluice.bpf;

import java.util.List;

/** Runs filter programs as linux/filter.h defines the operations; written apart from the compiler. */
final class Interpreter {

    private Interpreter() {}

    /** The value that the program returns for a call. */
    static int run(List<Instruction> program, int architecture, int number, long[] arguments) {
        int accumulator = 0;
        int at = 0;
        for (int steps = 0; steps <= program.size(); steps++) {
            Instruction now = program.get(at++);
            int k = now.k();
            switch (now.code()) {
                case 0x20 -> accumulator = word(k, architecture, number, arguments);
                case 0x54 -> accumulator &= k;
                case 0x05 -> at += k;
                case 0x15 -> at += accumulator == k ? now.ifTrue() : now.ifFalse();
                case 0x25 -> at += Integer.compareUnsigned(accumulator, k) > 0 ? now.ifTrue() : now.ifFalse();
                case 0x35 -> at += Integer.compareUnsigned(accumulator, k) >= 0 ? now.ifTrue() : now.ifFalse();
                case 0x45 -> at += (accumulator & k) != 0 ? now.ifTrue() : now.ifFalse();
                case 0x06 -> {
                    return k;
                }
                default -> throw new AssertionError("operation " + now.code());
            }
        }
        throw new AssertionError("the program does not end");
    }

    private static int word(int offset, int architecture, int number, long[] arguments) {
        if (offset == 0) {
            return number;
        }
        if (offset == 4) {
            return architecture;
        }
        long argument = arguments[(offset - 16) / 8];
        return (int) (offset % 8 == 0 ? argument : argument >>> 32);
    }
}
