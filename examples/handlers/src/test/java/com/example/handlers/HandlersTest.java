package com.example.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;
import org.sluice.testkit.FakeCall;
import org.sluice.testkit.FakeChain;

/** The handlers by themselves: no kernel, no program, a few milliseconds. */
class HandlersTest {

    private static final int ECONNREFUSED = 111;

    @Test
    void aNameThatIsTooLongIsCut() {
        FakeChain chain = FakeChain.answering();
        chain.sandbox().settings(HostName.NAME, Map.of("node", "n".repeat(100)));
        Verdict verdict = chain.offer(new HostName(), FakeCall.of("uname"));
        Bytes written = verdict.writes().get(0).bytes();
        assertEquals(6 * HostName.FIELD, written.length());
        assertEquals('n', written.at(2 * HostName.FIELD - 2));
        assertEquals(0, written.at(2 * HostName.FIELD - 1));
        assertEquals(0, chain.proceeds());
    }

    @Test
    void randomNumbersGoOnAndRepeat() {
        FakeCall call = FakeCall.of("getrandom").argument("len", 8);
        FakeChain one = FakeChain.answering();
        FakeChain two = FakeChain.answering();
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    one.offer(new FixedRandom(), call).writes(),
                    two.offer(new FixedRandom(), call).writes());
        }
        assertTrue(!one.offer(new FixedRandom(), call)
                .writes()
                .equals(one.offer(new FixedRandom(), call).writes()));
    }

    @Test
    void neverMoreRandomBytesThanAreSane() {
        FakeCall call = FakeCall.of("getrandom").argument("len", -1);
        assertEquals(4096, FakeChain.answering().offer(new FixedRandom(), call).value());
    }

    @Test
    void aNameBecomesTheAddressThatItStandsFor() {
        FakeChain chain = FakeChain.answering(Verdict.failure(ECONNREFUSED));
        chain.sandbox().settings(Signpost.NAME, Map.of("@database", "/run/database", "@web", "192.0.2.1!80"));
        Address name = new Address.UnixAbstract(Bytes.utf8("database"));
        Verdict verdict = chain.offer(new Signpost(), FakeCall.of("connect").address(name));
        assertEquals(ECONNREFUSED, verdict.errno());
        // An address of another family is not for this socket, and what has no entry is left alone.
        Address other = new Address.UnixAbstract(Bytes.utf8("web"));
        chain.offer(new Signpost(), FakeCall.of("connect").address(other));
        assertEquals(List.of(new Address.UnixPath(Bytes.utf8("/run/database")), other), chain.passedOn());
    }

    @Test
    void aLineOfTheProfileThatIsNoAddressIsNamed() {
        assertEquals(
                "com.example.signpost: 'nowhere' is no address; write it as 192.0.2.1!80, /path or @name",
                assertThrows(IllegalArgumentException.class, () -> Signpost.parse("nowhere"))
                        .getMessage());
    }

    @Test
    void theJournalSaysWhatCameOfACall() {
        FakeChain chain = FakeChain.answering(Verdict.failure(ECONNREFUSED));
        chain.offer(
                new Journal(),
                FakeCall.of("connect").address(Signpost.parse("192.0.2.1!80")).from(7, "curl"));
        assertEquals(
                Map.of("address", "192.0.2.1!80", "command", "curl", "outcome", "errno 111"),
                chain.sandbox().events().get(0).fields());
    }
}
