package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.linux.Child;

class FilterInKernelTest {

    @ParameterizedTest
    @CsvSource({"1,3", "1,5", "300,2", "300,3", "2000,4", "2000,5"})
    void kernelAnswersAsTheRulesMean(String rules, String seed) throws Exception {
        Child.Result result = Child.run(FilterChild.class, rules, seed);

        assertEquals(0, result.status(), result.output());
    }

    @Test
    void callThroughInt80Kills() throws Exception {
        assumeTrue(Architecture.host() == Architecture.X86_64, "int 0x80 exists on x86-64 only");
        assumeTrue(Child.run(Int80Child.class, "unfiltered").status() == 0, "this kernel was built without i386 calls");

        Child.Result result = Child.run(Int80Child.class, "filtered");

        int sigsys = 31;
        assertEquals(128 + sigsys, result.status(), result.output());
    }

    @Test
    void x32CallFails() throws Exception {
        assumeTrue(Architecture.host() == Architecture.X86_64, "x32 exists on x86-64 only");

        Child.Result result = Child.run(X32Child.class);

        assertEquals(0, result.status(), result.output());
    }
}
