package org.sluice.bpf;

/** The rules need more instructions than the kernel takes. */
public final class FilterTooLongException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    FilterTooLongException(int length) {
        super("the filter would have at least " + length + " instructions, the kernel takes " + Bpf.MAX_INSTRUCTIONS
                + "; reserve or trap fewer system calls, or with fewer conditions");
    }
}
