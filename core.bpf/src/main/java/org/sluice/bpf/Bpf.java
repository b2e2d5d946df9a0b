package org.sluice.bpf;

/**
 * The part of classic BPF that filters use, linux/bpf_common.h and linux/seccomp.h. Restricted to what the kernel's own
 * analysis of the architecture and number part understands, so that calls which are always allowed skip the program.
 */
final class Bpf {

    /** {@code A = data[k]}. */
    static final int LD = 0x20;
    /** {@code A &= k}. */
    static final int AND = 0x54;
    /** {@code goto k}. */
    static final int JA = 0x05;

    static final int JEQ = 0x15;
    static final int JGT = 0x25;
    static final int JGE = 0x35;
    /** Jumps if {@code (A & k) != 0}. */
    static final int JSET = 0x45;
    /** {@code return k}. */
    static final int RET = 0x06;

    static final int MAX_INSTRUCTIONS = 4096;
    static final int MAX_JUMP = 255;

    static final int DATA_NUMBER = 0;
    static final int DATA_ARCH = 4;
    static final int DATA_ARGUMENTS = 16;
    static final int DATA_SIZE = 64;

    static final int RET_KILL_PROCESS = 0x80000000;
    static final int RET_ERRNO = 0x00050000;
    static final int RET_USER_NOTIF = 0x7fc00000;
    static final int RET_LOG = 0x7ffc0000;
    static final int RET_ALLOW = 0x7fff0000;
    static final int RET_ACTION_MASK = 0xffff0000;

    /** Set in the numbers of x32 calls. */
    static final int X32_BIT = 0x40000000;

    private Bpf() {}

    /** Where the low half of an argument stands; the high half is 4 bytes on. Both machines are little-endian. */
    static int lowHalf(int argument) {
        return DATA_ARGUMENTS + 8 * argument;
    }
}
