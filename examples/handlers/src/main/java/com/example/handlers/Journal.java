package com.example.handlers;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Event;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Only observes: records where a sandbox connects to and what came of it, as events for the audit file and for listeners.
 * Whatever it returns or throws, the call goes on as it would without it.
 */
@Component
@Handler(name = Journal.NAME, stage = Stage.OBSERVE)
@Traps("connect")
public final class Journal implements SyscallHandler {

    static final String NAME = "com.example.journal";

    @Override
    public Verdict handle(Call call, Chain chain) {
        Verdict verdict = chain.proceed(call);
        String address = call.address().map(Address::toString).orElse("?");
        String outcome =
                verdict.continued() ? "left to the kernel" : verdict.succeeded() ? "ok" : "errno " + verdict.errno();
        call.sandbox()
                .event(new Event(
                        "example-connect",
                        Map.of("address", address, "command", call.target().command(), "outcome", outcome)));
        return verdict;
    }
}
