package org.sluice.linux;

/**
 * An argument of a system call, as the kernel declares it.
 *
 * @param name the kernel's name, such as {@code umyaddr}
 * @param bits how much of the register the kernel looks at: 32 or 64
 * @param pointer whether it is an address in the caller's memory
 */
public record Argument(String name, int bits, boolean pointer) {}
