package org.sluice.core.sandbox;

import java.time.Instant;
import java.util.Set;
import org.sluice.core.call.Recorder;
import org.sluice.core.chain.Notification;
import org.sluice.notify.Denial;
import org.sluice.notify.Event;
import org.sluice.notify.FileRules;
import org.sluice.notify.Ports;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Target;
import org.sluice.policy.DenialLog;
import org.sluice.policy.DenialRecord;
import org.sluice.policy.Profile;
import org.sluice.policy.RuleSet;

/** What handlers see of a sandbox, and where its denials go. */
final class SandboxView implements SandboxContext, Recorder {

    private final Supervisor supervisor;
    private final String name;
    private volatile Profile profile;
    private final RuleSet rules;
    private final Ports ports;
    private final Family family;
    private final FileRules files;
    private final DenialLog denials;
    private final boolean quiet;

    SandboxView(
            Supervisor supervisor,
            String name,
            Profile profile,
            RuleSet rules,
            Ports ports,
            Family family,
            FileRules files,
            DenialLog denials,
            boolean quiet) {
        this.supervisor = supervisor;
        this.name = name;
        this.profile = profile;
        this.rules = rules;
        this.ports = ports;
        this.family = family;
        this.files = files;
        this.denials = denials;
        this.quiet = quiet;
    }

    /** What handlers see of the profile from now on. */
    void reload(Profile next) {
        profile = next;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RuleSet rules() {
        return rules;
    }

    @Override
    public Settings settings(String handler) {
        return new SandboxSettings(profile.settings(handler), profile.datagram());
    }

    @Override
    public Ports ports() {
        return ports;
    }

    @Override
    public Set<Long> sockets() {
        return family.sockets();
    }

    @Override
    public FileRules files() {
        return files;
    }

    @Override
    public void event(Event event) {
        supervisor.announce(each -> each.event(name, event));
    }

    @Override
    public void tell(String message) {
        if (!quiet) {
            supervisor.announce(each -> each.told(name, message));
        }
    }

    @Override
    public void denied(Notification call, int errno, Denial denial) {
        Target target = call.target();
        DenialRecord made =
                new DenialRecord(Instant.now(), name, target.pid(), target.command(), call.name(), errno, denial);
        denials.add(made);
        supervisor.announce(each -> each.denied(made));
    }
}
