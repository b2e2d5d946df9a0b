package org.sluice.core.chain;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Denial;
import org.sluice.notify.Opening;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.State;
import org.sluice.notify.Target;
import org.sluice.notify.Verdict;

/** A call as one handler sees it. */
final class CallView implements Call {

    private final Frame frame;
    private final Request request;

    CallView(Frame frame, Request request) {
        this.frame = frame;
        this.request = request;
    }

    Frame frame() {
        return frame;
    }

    Request request() {
        return request;
    }

    @Override
    public long id() {
        return frame.notification().id();
    }

    @Override
    public String name() {
        return frame.notification().name();
    }

    @Override
    public int number() {
        return frame.notification().number();
    }

    @Override
    public long argument(int index) {
        return frame.notification().argument(index);
    }

    @Override
    public long argument(String name) {
        return argument(frame.argumentIndex(name));
    }

    @Override
    public Target target() {
        return frame.notification().target();
    }

    @Override
    public SandboxContext sandbox() {
        return frame.context();
    }

    @Override
    public State state() {
        return frame.state();
    }

    @Override
    public Optional<Socket> socket() {
        return frame.openNotification().socket();
    }

    @Override
    public Optional<Address> address() {
        return frame.stage() == Stage.DECIDE ? request.judged() : request.address();
    }

    @Override
    public Optional<Bytes> data() {
        return frame.openNotification().data();
    }

    @Override
    public Optional<Address> canonical() {
        Optional<Address> address = address();
        return address.isEmpty() ? address : frame.openNotification().canonical(address.get());
    }

    @Override
    public int unresolved() {
        Optional<Address> address = address();
        return address.isEmpty() ? 0 : frame.openNotification().unresolved(address.get());
    }

    @Override
    public Optional<Opening> opening() {
        return frame.openNotification().opening();
    }

    @Override
    public Optional<Verdict> approve(Denial denial) {
        return frame.approve(denial);
    }

    @Override
    public Call withAddress(Address address) {
        frame.mayChange("withAddress");
        return new CallView(frame, request.withAddress(address, frame.isTrusted()));
    }

    @Override
    public Call exclusive() {
        frame.mayChange("exclusive");
        return new CallView(frame, request.claimed());
    }

    @Override
    public Verdict performPrivately() {
        return frame.performPrivately();
    }
}
