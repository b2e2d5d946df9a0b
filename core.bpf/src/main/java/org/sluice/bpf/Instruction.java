package org.sluice.bpf;

/**
 * One instruction, {@code struct sock_filter} of linux/filter.h.
 *
 * @param code the operation
 * @param ifTrue how many instructions a conditional jump skips when its condition holds, 0 to 255
 * @param ifFalse how many it skips otherwise, 0 to 255
 * @param k the operand
 */
public record Instruction(int code, int ifTrue, int ifFalse, int k) {

    /** The size in the kernel's form. */
    public static final int SIZE = 8;

    /** The instruction as text; {@code at} is its own index, so that jumps can name their aims. */
    String text(int at) {
        String hex = "0x" + Integer.toHexString(k);
        return switch (code) {
            case Bpf.LD -> "ld   " + field();
            case Bpf.AND -> "and  " + hex;
            case Bpf.JA -> "ja   " + (at + 1 + k);
            case Bpf.JEQ -> "jeq  " + condition(hex, at);
            case Bpf.JGT -> "jgt  " + condition(hex, at);
            case Bpf.JGE -> "jge  " + condition(hex, at);
            case Bpf.JSET -> "jset " + condition(hex, at);
            case Bpf.RET -> "ret  " + answer();
            default -> "??   code 0x" + Integer.toHexString(code) + " " + hex;
        };
    }

    private String condition(String hex, int at) {
        return hex + " ? " + (at + 1 + ifTrue) + " : " + (at + 1 + ifFalse);
    }

    private String field() {
        if (k == Bpf.DATA_NUMBER) {
            return "nr";
        }
        if (k == Bpf.DATA_ARCH) {
            return "arch";
        }
        int argument = (k - Bpf.DATA_ARGUMENTS) / 8;
        return "arg" + argument + (k == Bpf.lowHalf(argument) ? ".low" : ".high");
    }

    private String answer() {
        return switch (k & Bpf.RET_ACTION_MASK) {
            case Bpf.RET_ALLOW -> "allow";
            case Bpf.RET_LOG -> "log";
            case Bpf.RET_USER_NOTIF -> "notify";
            case Bpf.RET_KILL_PROCESS -> "kill";
            case Bpf.RET_ERRNO -> "errno " + (k & ~Bpf.RET_ACTION_MASK);
            default -> "0x" + Integer.toHexString(k);
        };
    }
}
