package org.sluice.core.trap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.trap.Condition.Kind;

class TrapParserTest {

    /** Three calls of a small machine. */
    static final Names NAMES = new Names() {
        private final Map<String, Integer> numbers = Map.of("socket", 41, "sendto", 44, "getpid", 39);
        private final Map<String, Long> constants = Map.of("AF_NETLINK", 16L, "AF_UNIX", 1L, "AT_FDCWD", -100L);

        @Override
        public OptionalInt number(String syscall) {
            Integer number = numbers.get(syscall);
            return number == null ? OptionalInt.empty() : OptionalInt.of(number);
        }

        @Override
        public String nearest(String syscall) {
            return "socket";
        }

        @Override
        public List<Parameter> parameters(String syscall) {
            return syscall.equals("getpid")
                    ? List.of()
                    : List.of(new Parameter("family", 32), new Parameter("addr", 64));
        }

        @Override
        public OptionalLong constant(String name) {
            Long value = constants.get(name);
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
        }
    };

    static Trap trap(String text) {
        return TrapParser.parse(text, NAMES);
    }

    @Test
    void nameAloneTrapsEveryCall() {
        assertEquals(new Trap("getpid", "getpid", 39, List.of()), trap("getpid"));
    }

    @Test
    void conditionsKnowIndexWidthAndConstants() {
        assertEquals(
                List.of(
                        new Condition(0, 32, Kind.ONE_OF, List.of(16L, 1L, 7L)),
                        new Condition(1, 64, Kind.NOT_ZERO, List.of())),
                trap("socket(family=AF_NETLINK|AF_UNIX|7, addr != 0)").conditions());
        assertEquals(
                List.of(new Condition(0, 32, Kind.ANY_BIT, List.of(0x2000_0000L))),
                trap("sendto( family & 0x20000000 )").conditions());
    }

    @Test
    void bitsUnderAMaskMayBeCompared() {
        Condition condition =
                trap("socket(family & 0xf0 = 0x10|0x30)").conditions().get(0);
        assertEquals(new Condition(0, 32, Kind.MASKED, List.of(0xf0L, 0x10L, 0x30L)), condition);
        for (long family : new long[] {0x10, 0x1f, 0x31, 0x7_0000_0013L}) {
            assertEquals(true, condition.holds(family), Long.toHexString(family));
            assertEquals(
                    true, condition.tests().stream().anyMatch(test -> test.test(family)), Long.toHexString(family));
        }
        for (long family : new long[] {0, 0x20, 0x110 ^ 0x10, 0xf0}) {
            assertEquals(false, condition.holds(family), Long.toHexString(family));
            assertEquals(
                    false, condition.tests().stream().anyMatch(test -> test.test(family)), Long.toHexString(family));
        }
        assertEquals(true, new Condition(0, 32, Kind.ONE_OF, List.of(0x12L)).implies(condition));
        assertEquals(false, new Condition(0, 32, Kind.ONE_OF, List.of(0x12L, 0x22L)).implies(condition));
    }

    @Test
    void negativeConstantIsCutToTheWidth() {
        assertEquals(
                0xffff_ff9cL,
                trap("socket(family=AT_FDCWD)").conditions().get(0).operands().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
            sokcet                    ~ 1  ~ no system call is named sokcet; the nearest is socket
            ''                        ~ 1  ~ a system call expected
            socket(                   ~ 8  ~ an argument of socket expected
            socket(family)            ~ 14 ~ =, & or != expected
            socket(family&6=9)        ~ 17 ~ the constant has bits that its mask has not
            socket(famly=1)           ~ 8  ~ socket has no argument famly; it has family, addr
            getpid(pid=1)             ~ 8  ~ getpid has no argument pid; it has none
            socket(family=AF_NONE)    ~ 15 ~ no constant is named AF_NONE; write its number
            socket(family=)           ~ 15 ~ a constant expected
            socket(family!=1)         ~ 16 ~ only 0 may follow !=
            socket(family!1)          ~ 15 ~ = expected
            socket(family=1           ~ 16 ~ ) expected
            socket(family=1) or       ~ 18 ~ nothing may follow the trap
            socket(family=0x1ffffffff)~ 15 ~ 0x1ffffffff does not fit the 32 bits of the argument
            socket(family=12ab)       ~ 15 ~ 12ab is not a number of at most 64 bits
            """)
    void errorNamesThePlace(String text, int position, String what) {
        assertEquals(
                "trap \"" + text + "\", position " + position + ": " + what,
                assertThrows(IllegalArgumentException.class, () -> trap(text)).getMessage());
    }
}
