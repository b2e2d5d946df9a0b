package org.sluice.core.trap;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where a trap's names are looked up: the system call table and the constants of the kernel's headers. Thread-safe. */
public interface Names {

    /** The number of a system call, empty if none has that name. */
    OptionalInt number(String syscall);

    /** The name of a system call that looks most like {@code syscall}. */
    String nearest(String syscall);

    /** The parameters of a system call that exists, in the order of the registers. */
    List<Parameter> parameters(String syscall);

    /** The value of a constant such as {@code AF_NETLINK}, empty if it is not known. */
    OptionalLong constant(String name);

    /**
     * A parameter of a system call.
     *
     * @param name its name in the system call table
     * @param bits 32 or 64: how much of the register the kernel looks at
     */
    record Parameter(String name, int bits) {}
}
