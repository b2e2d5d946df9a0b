package org.sluice.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.core.chain.Continued;
import org.sluice.core.trap.HostNames;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapParser;
import org.sluice.notify.Address;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/**
 * Offers made-up calls to a handler and plays the rest of the chain: what the handler passes on is answered in turn by the
 * verdicts that the test gives, and noted. The handler is held to what its traps and its stage allow, as in a supervisor; what
 * the core would turn into EPERM is an {@link AssertionError} here, with the reason. No kernel is asked. For one thread.
 *
 * <pre>{@code
 * FakeChain chain = FakeChain.answering(Verdict.failure(98), Verdict.value(0)); // EADDRINUSE, then a success
 * Verdict verdict = chain.offer(new NextPort(), FakeCall.of("bind").address(address));
 * assertEquals(List.of(address, address.withPort(8081)), chain.passedOn());
 * }</pre>
 */
public final class FakeChain {

    private final FakeSandbox sandbox;
    private final Deque<Verdict> answers = new ArrayDeque<>();
    private final List<Optional<Address>> passedOn = new ArrayList<>();
    private boolean approves;

    private FakeChain(FakeSandbox sandbox, List<Verdict> answers) {
        this.sandbox = sandbox;
        this.answers.addAll(answers);
    }

    /** A chain that answers what is passed on with these verdicts in turn, and then {@link #continued}. */
    public static FakeChain answering(Verdict... answers) {
        return in(new FakeSandbox(), answers);
    }

    /** The same in a sandbox of the test's making. */
    public static FakeChain in(FakeSandbox sandbox, Verdict... answers) {
        return new FakeChain(sandbox, List.of(answers));
    }

    /** What the core answers when the kernel runs the call itself. It has no result. */
    public static Verdict continued() {
        return Continued.KERNEL;
    }

    /** From now on whoever is asked for approval says yes; at first it is no. */
    public FakeChain approving() {
        approves = true;
        return this;
    }

    /** The sandbox that the calls come from. */
    public FakeSandbox sandbox() {
        return sandbox;
    }

    /** How often calls were passed on. */
    public int proceeds() {
        return passedOn.size();
    }

    /** The addresses of the calls that were passed on, in their order; those without one are left out. */
    public List<Address> passedOn() {
        return passedOn.stream().flatMap(Optional::stream).toList();
    }

    /**
     * Has a handler handle a call.
     *
     * @return what the target would get
     * @throws IllegalArgumentException if the handler lacks an annotation or a trap cannot be read
     * @throws AssertionError if no trap of the handler meets the call, or the handler breaks a rule of its stage; what the
     *     handler itself throws comes through
     */
    public Verdict offer(SyscallHandler handler, FakeCall call) {
        Described described = Described.of(handler);
        requireTrap(handler, described, call);
        Offer offer = new Offer(this, described, call, sandbox.open(handler, described));
        @Nullable Verdict verdict = handler.handle(offer.call(), offer);
        return judge(described, offer, verdict);
    }

    private void requireTrap(SyscallHandler handler, Described described, FakeCall call) {
        List<String> declared = List.of(described.traps().value());
        List<String> narrowed = handler.traps(sandbox.settings(described.name()), declared);
        HostNames names = new HostNames();
        for (String text : narrowed) {
            Trap trap = TrapParser.parse(text, names);
            if (trap.number() == call.number()
                    && trap.conditions().stream().allMatch(each -> each.holds(call.argument(each.index())))) {
                return;
            }
        }
        throw new AssertionError(described.name() + " would not be asked about " + call + "; its traps here are "
                + narrowed + ". Set the arguments that they look at.");
    }

    /** What the core makes of a handler's verdict. */
    private Verdict judge(Described described, Offer offer, @Nullable Verdict verdict) {
        Stage stage = described.handler().stage();
        if (stage == Stage.OBSERVE) {
            Verdict seen = offer.last();
            return seen != null ? seen : answer(Optional.empty());
        }
        if (verdict == null) {
            throw new AssertionError(described.name() + " returned null; the call would get EPERM");
        }
        if (verdict.continued() && verdict != offer.last()) {
            throw new AssertionError(
                    described.name() + " returned a continued verdict that its own proceed did not give"
                            + " it; only the core lets the kernel run a call");
        }
        if (stage == Stage.DECIDE && !verdict.continued() && verdict.succeeded()) {
            throw new AssertionError(described.name() + " is of stage DECIDE and answered a call; it may deny it or"
                    + " return what proceed gives");
        }
        if (stage == Stage.LEARN && !verdict.continued() && verdict.succeeded() && !offer.isSettled()) {
            throw new AssertionError(
                    described.name() + " is of stage LEARN and answered a call that was not performed");
        }
        return verdict;
    }

    /** Notes a call that is passed on, without an outcome. */
    Verdict pass(Optional<Address> address) {
        passedOn.add(address);
        return Continued.KERNEL;
    }

    /** The rest of the chain. */
    Verdict answer(Optional<Address> address) {
        passedOn.add(address);
        Verdict next = answers.poll();
        return next == null ? Continued.KERNEL : next;
    }

    boolean approves() {
        return approves;
    }
}
