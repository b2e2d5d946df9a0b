package org.sluice.bpf;

import org.sluice.linux.SyscallTable;

/** A machine that a filter is compiled for; the values are the kernel's, linux/audit.h. */
public enum Architecture {
    /** AMD64. The same kernel entry also takes x32 calls, whose numbers have bit 30 set. */
    X86_64("x86_64", 0xC000003E, true),
    /** 64-bit ARM. */
    AARCH64("aarch64", 0xC00000B7, false);

    private final String tableName;
    private final int audit;
    private final boolean hasX32;

    Architecture(String tableName, int audit, boolean hasX32) {
        this.tableName = tableName;
        this.audit = audit;
        this.hasX32 = hasX32;
    }

    /** The machine that this runs on. */
    public static Architecture host() {
        return of(SyscallTable.host().architecture());
    }

    /**
     * The architecture that {@code uname -m} calls {@code name}.
     *
     * @throws IllegalArgumentException if Sluice has no table for it
     */
    public static Architecture of(String name) {
        for (Architecture architecture : values()) {
            if (architecture.tableName.equals(name)) {
                return architecture;
            }
        }
        throw new IllegalArgumentException("no system call table for " + name + "; there is one for x86_64, aarch64");
    }

    /** The AUDIT_ARCH value that a filter finds in {@code seccomp_data.arch}. */
    public int audit() {
        return audit;
    }

    /** The system calls of this machine. */
    public SyscallTable table() {
        return SyscallTable.of(tableName);
    }

    boolean hasX32() {
        return hasX32;
    }
}
