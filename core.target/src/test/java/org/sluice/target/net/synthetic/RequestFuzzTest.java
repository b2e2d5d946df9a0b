package org.sluice.target.net.synthetic;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The fuzzer's target for a short while, with numbers that are the same each time. */
class RequestFuzzTest {

    private static final int INPUTS = 30_000;
    private static final int LONGEST = 400;

    @Test
    void everyAnswerIsWellFormed() {
        Random random = new Random(815);
        List<byte[]> all = Requests.all();
        for (int i = 0; i < INPUTS; i++) {
            byte[] request = Mutations.of(all.get(random.nextInt(all.size())), random);
            if (i % 8 == 0) {
                request = new byte[random.nextInt(LONGEST)];
                random.nextBytes(request);
            }
            byte[] input = new byte[request.length + 1];
            input[0] = (byte) i;
            System.arraycopy(request, 0, input, 1, request.length);
            assertDoesNotThrow(() -> RequestFuzzer.fuzzerTestOneInput(input), () -> HexFormat.of()
                    .formatHex(input));
        }
    }

    /** The check is one that can fail. */
    @Test
    void whatIsNotWellFormedIsFound() {
        byte[] message = new MessageBuilder(Rtnetlink.NEWADDR)
                .u32(0)
                .u32(0)
                .attribute32(1, 7)
                .finish();
        message[24] = 9;
        assertThrows(IllegalStateException.class, () -> RequestFuzzer.check(message));
        assertThrows(IllegalStateException.class, () -> RequestFuzzer.check(new byte[20]));
    }
}
