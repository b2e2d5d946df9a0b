package org.sluice.testkit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Opening;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.State;
import org.sluice.notify.Target;
import org.sluice.notify.Verdict;

/** One made-up call while a handler handles it: the rest of the chain as the handler sees it, with the core's checks. */
final class Offer implements Chain {

    private static final int EACCES = 13;

    private final FakeChain chain;
    private final Described handler;
    private final FakeCall made;
    private final State state;
    private boolean proceeded;
    private boolean settled;
    private @Nullable Verdict last;

    Offer(FakeChain chain, Described handler, FakeCall made, State state) {
        this.chain = chain;
        this.handler = handler;
        this.made = made;
        this.state = state;
    }

    /** The call as the handler is given it. */
    Call call() {
        return new View(made.address());
    }

    /** What was answered last, {@code null} before the handler proceeded. */
    @Nullable
    Verdict last() {
        return last;
    }

    /** Whether the call was passed on and did not fail. */
    boolean isSettled() {
        return settled;
    }

    @Override
    public Verdict proceed(Call call) {
        if (!(call instanceof View view) || view.of() != this) {
            throw new AssertionError("proceed takes the call that the handler was given, or one derived from it");
        }
        if (settled) {
            throw new AssertionError("the call has been passed on already and did not fail");
        }
        if (proceeded && stage() != Stage.TRANSLATE) {
            throw new AssertionError("only a handler of stage TRANSLATE may proceed again after a failure");
        }
        proceeded = true;
        // A decider sees no outcome: the call is performed after all have been asked.
        Verdict answer = stage() == Stage.DECIDE ? chain.pass(view.address) : chain.answer(view.address);
        last = answer;
        settled = answer.continued() || answer.succeeded();
        return answer;
    }

    private Stage stage() {
        return handler.handler().stage();
    }

    private void require(Stage stage, String operation) {
        if (stage() != stage) {
            throw new AssertionError(operation + " is for handlers of stage " + stage + "; " + handler.name()
                    + " is of stage " + stage());
        }
    }

    /** The call, perhaps with another address. */
    private final class View implements Call {

        private final Optional<Address> address;

        View(Optional<Address> address) {
            this.address = address;
        }

        Offer of() {
            return Offer.this;
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public String name() {
            return made.name();
        }

        @Override
        public int number() {
            return made.number();
        }

        @Override
        public long argument(int index) {
            return made.argument(index);
        }

        @Override
        public long argument(String argument) {
            return made.argument(made.index(argument));
        }

        @Override
        public Target target() {
            return made.target();
        }

        @Override
        public SandboxContext sandbox() {
            return chain.sandbox();
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public Optional<Socket> socket() {
            return made.socket();
        }

        @Override
        public Optional<Address> address() {
            return address;
        }

        @Override
        public Optional<Bytes> data() {
            return made.data();
        }

        @Override
        public Optional<Address> canonical() {
            return address.flatMap(made::judged);
        }

        @Override
        public int unresolved() {
            return address.isPresent() ? made.unresolved() : 0;
        }

        @Override
        public Optional<Opening> opening() {
            return made.opening();
        }

        @Override
        public Optional<Verdict> approve(Denial denial) {
            require(Stage.DECIDE, "approve");
            return chain.approves() ? Optional.empty() : Optional.of(Verdict.deny(denial, EACCES));
        }

        @Override
        public Call withAddress(Address other) {
            require(Stage.TRANSLATE, "withAddress");
            return new View(Optional.of(other));
        }

        @Override
        public Call exclusive() {
            require(Stage.TRANSLATE, "exclusive");
            return this;
        }

        @Override
        public Verdict performPrivately() {
            require(Stage.ANSWER, "performPrivately");
            return chain.answer(address);
        }
    }
}
