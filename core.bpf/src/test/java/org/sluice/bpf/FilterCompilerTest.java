package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Errno;

class FilterCompilerTest {

    @ParameterizedTest
    @CsvSource({"1,400", "2,200", "5,200", "60,50", "300,20", "1200,5", "2000,5"})
    void programMeansWhatItsRulesMean(int count, int programs) {
        for (int seed = 0; seed < programs; seed++) {
            RandomRules random = new RandomRules(seed, count);
            List<SyscallRule> rules = random.rules(39, 57, 110);
            Architecture architecture = seed % 2 == 0 ? Architecture.X86_64 : Architecture.AARCH64;
            Action otherwise = seed % 3 == 0 ? Action.userNotify() : Action.allow();
            FilterProgram program = FilterCompiler.compile(architecture, rules, otherwise);
            for (int i = 0; i < 500; i++) {
                int number = random.number();
                long[] arguments = random.arguments(number);
                assertEquals(
                        RandomRules.meaning(rules, otherwise, number, arguments),
                        Interpreter.run(program.instructions(), architecture.audit(), number, arguments),
                        () -> "call " + number + Arrays.toString(arguments) + "\n" + rules);
            }
        }
    }

    @Test
    void refusesOtherArchitecturesAndX32() {
        List<SyscallRule> rules = List.of(SyscallRule.always(39, Action.errno(1)));
        List<Instruction> program = FilterCompiler.compile(Architecture.X86_64, rules, Action.allow())
                .instructions();
        int i386 = 0x40000003;

        assertEquals(Action.killProcess().value(), Interpreter.run(program, i386, 39, new long[6]));
        assertEquals(
                Action.errno(Errno.ENOSYS).value(),
                Interpreter.run(program, Architecture.X86_64.audit(), 39 | Bpf.X32_BIT, new long[6]));
        assertEquals(
                Action.errno(Errno.ENOSYS).value(),
                Interpreter.run(program, Architecture.X86_64.audit(), -1, new long[6]));
    }

    @Test
    void mergesNeighboursWithTheSameAnswer() {
        List<SyscallRule> rules = new ArrayList<>();
        for (int number = 100; number < 3000; number++) {
            rules.add(SyscallRule.always(number, Action.errno(1)));
        }

        int length = FilterCompiler.compile(Architecture.X86_64, rules, Action.allow())
                .instructions()
                .size();

        assertTrue(length <= 12, "length " + length);
    }

    @Test
    void looksAtArgumentsOnlyBehindTheNumber() {
        List<SyscallRule> rules =
                List.of(new SyscallRule(41, List.of(ArgumentTest.intEquals(0, 16)), Action.userNotify()));
        List<Instruction> program = FilterCompiler.compile(Architecture.X86_64, rules, Action.allow())
                .instructions();

        // A word that the interpreter cannot load: any look at an argument fails.
        assertEquals(Action.allow().value(), Interpreter.run(program, Architecture.X86_64.audit(), 42, new long[0]));
    }

    @Test
    void saysThatAFilterIsTooLong() {
        List<SyscallRule> rules = new ArrayList<>();
        for (int number = 0; number < 8000; number++) {
            rules.add(SyscallRule.always(number, Action.errno(number % 2 + 1)));
        }

        FilterTooLongException e = assertThrows(
                FilterTooLongException.class, () -> FilterCompiler.compile(Architecture.X86_64, rules, Action.allow()));

        assertTrue(e.toString().contains("the kernel takes 4096"), e.toString());
    }

    @Test
    void disassembles() {
        List<SyscallRule> rules = List.of(
                new SyscallRule(41, List.of(ArgumentTest.intEquals(0, 16)), Action.userNotify()),
                SyscallRule.always(101, Action.errno(1)));

        String text = FilterCompiler.compile(Architecture.X86_64, rules, Action.allow())
                .disassemble();

        assertEquals(
                """
                   0  ld   arch
                """,
                text.lines().findFirst().orElseThrow() + "\n");
        assertTrue(text.contains("ld   arg0.low"), text);
        assertTrue(text.contains("ret  notify"), text);
        assertTrue(text.contains("ret  errno 1"), text);
    }
}
