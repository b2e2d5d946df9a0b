package org.sluice.core.chain;

import java.util.List;
import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;

/** The verdict without a result. */
public final class Continued implements Verdict {

    /** The kernel runs the call itself. */
    public static final Verdict KERNEL = new Continued("the kernel runs this call itself");

    /** What a decider gets for a call that it passed on: the call is performed only after all have been asked. */
    static final Verdict PASSED_ON = new Continued("a decider passes a call on before it is performed");

    private final String reason;

    private Continued(String reason) {
        this.reason = reason;
    }

    @Override
    public boolean succeeded() {
        return false;
    }

    @Override
    public boolean continued() {
        return true;
    }

    @Override
    public long value() {
        throw noResult();
    }

    @Override
    public int errno() {
        throw noResult();
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
        throw noResult();
    }

    @Override
    public List<Write> writes() {
        return List.of();
    }

    @Override
    public Verdict writing(int argument, Bytes bytes) {
        throw noResult();
    }

    private IllegalStateException noResult() {
        return new IllegalStateException(reason + "; there is no result");
    }
}
