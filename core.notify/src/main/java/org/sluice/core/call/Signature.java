package org.sluice.core.call;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import org.sluice.linux.Nr;

/**
 * What the core copies of a call and how it performs it. Calls that are not here have nothing copied: handlers see their
 * registers, and they end in the kernel.
 */
enum Signature {
    /** Nothing is copied. */
    REGISTERS(false, false, false),
    /** bind(2): socket, address, length. */
    BIND(true, true, false),
    /** connect(2): socket, address, length. */
    CONNECT(true, true, false),
    /** getsockname(2): socket, room for an address, its length. */
    GETSOCKNAME(true, false, true),
    /** getpeername(2): likewise. */
    GETPEERNAME(true, false, true);

    private static final Signature[] BY_NUMBER = byNumber();

    private final boolean takesSocket;
    private final boolean takesAddress;
    private final boolean returnsName;

    Signature(boolean takesSocket, boolean takesAddress, boolean returnsName) {
        this.takesSocket = takesSocket;
        this.takesAddress = takesAddress;
        this.returnsName = returnsName;
    }

    static Signature of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : REGISTERS;
    }

    private static Signature[] byNumber() {
        Map<Integer, Signature> known =
                Map.of(Nr.BIND, BIND, Nr.CONNECT, CONNECT, Nr.GETSOCKNAME, GETSOCKNAME, Nr.GETPEERNAME, GETPEERNAME);
        Signature[] table = new Signature[Collections.max(known.keySet()) + 1];
        Arrays.fill(table, REGISTERS);
        known.forEach((number, signature) -> table[number] = signature);
        return table;
    }

    /** The first argument is a socket. */
    boolean takesSocket() {
        return takesSocket;
    }

    /** The second argument points to an address, the third is its length. */
    boolean takesAddress() {
        return takesAddress;
    }

    /** The second argument points to room for an address, the third to the length of that room. */
    boolean returnsName() {
        return returnsName;
    }
}
