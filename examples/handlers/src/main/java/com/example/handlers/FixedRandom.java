package com.example.handlers;

import java.util.Random;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Answers getrandom(2) with numbers that are the same in every run, so that a test of a program can be repeated. Each call
 * goes on where the one before it ended, whichever version of this handler answered that.
 *
 * <p>Never give such numbers to a program that makes keys.
 *
 * <pre>{@code
 * "handlers": { "com.example.fixed-random": { "seed": 1 } }
 * }</pre>
 */
@Component
@Handler(name = FixedRandom.NAME, stage = Stage.ANSWER)
@Traps("getrandom")
public final class FixedRandom implements SyscallHandler {

    static final String NAME = "com.example.fixed-random";

    /** getrandom(2) may give fewer bytes than were asked for; programs ask again. */
    private static final int MOST = 4096;

    @Override
    public Verdict handle(Call call, Chain chain) {
        // Unsigned: a length over 2^63 is a length too.
        long wanted = call.argument("len");
        int length = wanted < 0 || wanted > MOST ? MOST : (int) wanted;
        if (length == 0) {
            return Verdict.value(0);
        }
        long seed = call.sandbox().settings(NAME).number("seed", 0);
        long turn = (Long) call.state().update("turns", old -> old == null ? 1L : (Long) old + 1);
        byte[] bytes = new byte[length];
        new Random(seed * 31 + turn).nextBytes(bytes);
        return Verdict.value(length).writing(0, Bytes.of(bytes));
    }
}
