package org.sluice.core.attack;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/** Handlers that misbehave, each on a call of its own, and one that does not. */
final class Culprits {

    private Culprits() {}

    /** Answers getppid(2) with 42. */
    @Handler(name = "org.test.good", stage = Stage.ANSWER)
    @Traps(value = "getppid", access = Traps.Access.REGISTERS)
    static final class Good implements SyscallHandler {

        final CountDownLatch answered = new CountDownLatch(1);

        @Override
        public Verdict handle(Call call, Chain chain) {
            answered.countDown();
            return Verdict.value(42);
        }
    }

    /** Throws on getpgid(2). */
    @Handler(name = "org.test.throws", stage = Stage.ANSWER)
    @Traps(value = "getpgid", access = Traps.Access.REGISTERS)
    static final class Throws implements SyscallHandler {

        @Override
        public Verdict handle(Call call, Chain chain) {
            throw new StackOverflowError("thrown on purpose");
        }
    }

    /** Sleeps on getsid(2) until it is interrupted, and notes whether the good handler worked meanwhile. */
    @Handler(name = "org.test.sleeps", stage = Stage.ANSWER)
    @Traps(value = "getsid", access = Traps.Access.REGISTERS)
    static final class Sleeps implements SyscallHandler {

        final CountDownLatch interrupted = new CountDownLatch(1);
        private final Good good;
        volatile boolean othersWorked;

        Sleeps(Good good) {
            this.good = good;
        }

        @Override
        public Verdict handle(Call call, Chain chain) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                othersWorked = good.answered.getCount() == 0;
                interrupted.countDown();
            }
            return Verdict.value(1);
        }
    }

    /** Returns null on getuid(2). */
    @Handler(name = "org.test.null", stage = Stage.ANSWER)
    @Traps(value = "getuid", access = Traps.Access.REGISTERS)
    static final class Nothing implements SyscallHandler {

        @Override
        @SuppressWarnings("NullAway") // what it must not do is what is tested
        public Verdict handle(Call call, Chain chain) {
            return null;
        }
    }

    /** Returns a verdict of its own making on getgid(2): one that claims everything at once. */
    @Handler(name = "org.test.nonsense", stage = Stage.ANSWER)
    @Traps(value = "getgid", access = Traps.Access.REGISTERS)
    static final class Nonsense implements SyscallHandler {

        @Override
        public Verdict handle(Call call, Chain chain) {
            return new Everything();
        }
    }

    /** A decider that answers getegid(2) instead of judging it. */
    @Handler(name = "org.test.usurps", stage = Stage.DECIDE)
    @Traps(value = "getegid", access = Traps.Access.REGISTERS)
    static final class Usurps implements SyscallHandler {

        @Override
        public Verdict handle(Call call, Chain chain) {
            return Verdict.value(0);
        }
    }

    private static final class Everything implements Verdict {

        @Override
        public boolean succeeded() {
            return true;
        }

        @Override
        public boolean continued() {
            return true;
        }

        @Override
        public long value() {
            return -7;
        }

        @Override
        public int errno() {
            return -7;
        }

        @Override
        public Optional<Denial> denial() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> address() {
            return Optional.empty();
        }

        @Override
        public Verdict withAddress(Address address) {
            return this;
        }

        @Override
        public List<Write> writes() {
            return List.of(new Write(0, Bytes.utf8("nonsense")));
        }

        @Override
        public Verdict writing(int argument, Bytes bytes) {
            return this;
        }
    }
}
