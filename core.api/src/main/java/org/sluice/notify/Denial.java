package org.sluice.notify;

/**
 * Why policy says no, and what would make it say yes.
 *
 * @param operation what was asked for, such as {@code net/connect}
 * @param target the address or path in full
 * @param reason a short sentence from a closed list, such as {@code no grant}
 * @param remedy the flag or profile line that would allow it; empty if there is none
 */
public record Denial(String operation, String target, String reason, String remedy) {}
