package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterVerifierTest {

    private static final Instruction LOAD = new Instruction(Bpf.LD, 0, 0, 0);
    private static final Instruction ALLOW = new Instruction(Bpf.RET, 0, 0, Bpf.RET_ALLOW);

    @Test
    void takesAProgramWithoutFault() {
        Instruction jump = new Instruction(Bpf.JEQ, 1, 0, 39);

        assertEquals(
                4,
                FilterProgram.of(List.of(LOAD, jump, ALLOW, ALLOW))
                        .instructions()
                        .size());
    }

    @Test
    void namesTheFault() {
        assertFault("instruction 1 leads out of the program", LOAD, new Instruction(Bpf.JEQ, 1, 0, 39), ALLOW);
        assertFault("instruction 1 leads out of the program", LOAD, new Instruction(Bpf.AND, 0, 0, 1));
        assertFault("instruction 0 leads out of the program", LOAD);
        assertFault("instruction 1 leads out of the program", LOAD, new Instruction(Bpf.JA, 0, 0, -2), ALLOW);
        assertFault("instruction 1 leads out of the program", LOAD, new Instruction(Bpf.JA, 0, 0, 0x7fffffff), ALLOW);
        assertFault("instruction 1 is never reached", ALLOW, ALLOW);
        assertFault("instruction 1 jumps over 256 instructions", LOAD, new Instruction(Bpf.JEQ, 256, 0, 39), ALLOW);
        assertFault("instruction 0 loads from offset 64", new Instruction(Bpf.LD, 0, 0, 64), ALLOW);
        assertFault("instruction 0 loads from offset 2", new Instruction(Bpf.LD, 0, 0, 2), ALLOW);
        assertFault("instruction 1 returns 0x7fff0001", LOAD, new Instruction(Bpf.RET, 0, 0, 0x7fff0001));
        // Scratch memory (ldx) is nothing that this compiler writes.
        assertFault("instruction 1 has the unknown operation 0x61", LOAD, new Instruction(0x61, 0, 0, 0), ALLOW);
        assertFault("a filter begins with a load or a return", new Instruction(Bpf.AND, 0, 0, 1), ALLOW);
    }

    @Test
    void namesTheLength() {
        assertFault("a filter has 1 to 4096 instructions, this one has 0");
        assertFault(
                "a filter has 1 to 4096 instructions, this one has 4097",
                Collections.nCopies(4097, LOAD).toArray(Instruction[]::new));
    }

    private static void assertFault(String message, Instruction... program) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> FilterProgram.of(List.of(program)));
        assertEquals(message, e.getMessage());
    }
}
