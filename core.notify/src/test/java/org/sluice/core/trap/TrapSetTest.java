package org.sluice.core.trap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.trap.TrapParserTest.trap;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sluice.bpf.SyscallRule;

class TrapSetTest {

    private static final List<Trap> TRAPS = Stream.of(
                    "socket",
                    "socket(family=1)",
                    "socket(family=1|16)",
                    "socket(family!=0)",
                    "socket(family&1)",
                    "socket(family&3)",
                    "socket(addr=1)",
                    "socket(addr!=0)",
                    "socket(addr&0x100000001)",
                    "socket(family=1,addr!=0)",
                    "sendto(family=1|2,addr=3|4)",
                    "sendto")
            .map(TrapParserTest::trap)
            .toList();

    private static boolean holds(Trap trap, int number, long[] registers) {
        return trap.number() == number
                && trap.conditions().stream().allMatch(condition -> condition.holds(registers[condition.index()]));
    }

    private static long register(Random random) {
        long high = random.nextInt(3) == 0 ? (long) random.nextInt(2) << 32 : 0;
        return high | (random.nextBoolean() ? random.nextInt(20) : random.nextInt() & 0xffff_ffffL);
    }

    @Test
    void rulesAndConditionsAgreeOnEveryCall() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long[] registers = {register(random), register(random), 0, 0, 0, 0};
            int number = random.nextBoolean() ? 41 : 44;
            Trap trap = TRAPS.get(random.nextInt(TRAPS.size()));
            boolean delivered = new TrapSet(false, List.of(trap))
                    .rules().stream().anyMatch(rule -> rule.matches(number, registers));
            assertEquals(holds(trap, number, registers), delivered, trap + " " + registers[0] + " " + registers[1]);
        }
    }

    @Test
    void impliedTrapHoldsWhereverTheOtherDoes() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            long[] registers = {register(random), register(random), 0, 0, 0, 0};
            Trap narrow = TRAPS.get(random.nextInt(TRAPS.size()));
            Trap wide = TRAPS.get(random.nextInt(TRAPS.size()));
            if (narrow.implies(wide) && holds(narrow, narrow.number(), registers)) {
                assertTrue(holds(wide, narrow.number(), registers), narrow + " does not imply " + wide);
            }
        }
    }

    @Test
    void unionLosesNoCall() {
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            long[] registers = {register(random), register(random), 0, 0, 0, 0};
            Trap one = TRAPS.get(random.nextInt(TRAPS.size()));
            Trap two = TRAPS.get(random.nextInt(TRAPS.size()));
            List<SyscallRule> rules = new TrapSet(false, List.of(one, two)).rules();
            boolean wanted = holds(one, 41, registers) || holds(two, 41, registers);
            assertEquals(wanted, rules.stream().anyMatch(rule -> rule.matches(41, registers)), one + " or " + two);
        }
    }

    @Test
    void includedTrapsAreLeftOut() {
        assertEquals(
                List.of(trap("socket")),
                new TrapSet(false, List.of(trap("socket(family=1)"), trap("socket"), trap("socket(addr!=0)"))).traps());
    }

    @Test
    void setSaysWhatItDelivers() {
        TrapSet set = new TrapSet(false, List.of(trap("socket(family=1|16)")));

        assertTrue(set.covers(trap("socket(family=16,addr!=0)")));
        assertFalse(set.covers(trap("socket(family=2|16)")));
        assertFalse(set.covers(trap("socket")));
        assertFalse(set.covers(trap("sendto")));
        assertTrue(new TrapSet(true, List.of()).covers(trap("sendto")));
    }
}
