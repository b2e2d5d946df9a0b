package org.sluice.core.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.sluice.bpf.FilterProgram;
import org.sluice.core.SandboxSpec;
import org.sluice.core.StartException;
import org.sluice.core.call.Calls;
import org.sluice.core.chain.ChainSpec;
import org.sluice.core.chain.SandboxChain;
import org.sluice.core.state.StateStore;
import org.sluice.core.trap.Entailed;
import org.sluice.core.trap.HostNames;
import org.sluice.core.trap.TrapSet;
import org.sluice.landlock.Landlock;
import org.sluice.linux.Descriptor;
import org.sluice.notify.Rule;
import org.sluice.policy.DenialLog;
import org.sluice.policy.Enforcement;
import org.sluice.policy.Profile;
import org.sluice.policy.RuleSet;
import org.sluice.target.PortTable;
import org.sluice.target.PrivatePlaces;
import org.sluice.target.ProtectedPlaces;
import org.sluice.target.TargetRights;
import org.sluice.target.UnixTable;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.VirtualNetwork;

/**
 * What a sandbox is made of, before its first process and until after its last.
 *
 * @param profile with all its variables replaced
 * @param folder the private temporary folder
 * @param domain what the domain grants, for people
 * @param broker what the file broker serves
 * @param ruleset the Landlock ruleset
 * @param lost what this kernel does not enforce
 * @param rules the rules in force
 * @param view what handlers see of the sandbox
 * @param calls takes calls in and performs them
 * @param network the private network, if there is one
 * @param chain the handlers
 * @param refusals judges what no profile allows
 * @param filter the filter
 */
record Equipment(
        Profile profile,
        PrivateFolder folder,
        List<String> domain,
        BrokerPlan broker,
        Descriptor ruleset,
        List<String> lost,
        RuleSet rules,
        SandboxView view,
        Calls calls,
        Optional<VirtualNetwork> network,
        SandboxChain chain,
        DenyJudge refusals,
        FilterProgram filter) {

    /**
     * Puts everything together.
     *
     * @param holdings gets all that must be released; the caller releases it, also after a failure
     */
    static Equipment of(
            Supervisor supervisor,
            SandboxSpec spec,
            Family family,
            DenialLog denials,
            Runnable yieldLead,
            Holdings holdings) {
        requireKernel(spec);
        SupervisorSettings settings = supervisor.settings();
        PrivateFolder folder = holdings.hold(supervisor.folders().make(spec.name()));
        Profile profile = spec.profile().expand(directory(spec), folder.path(), home());
        DomainPlan.Domain domain =
                DomainPlan.of(profile.files(), supervisor.premises(), PrivateFiles.areServed(profile));
        List<String> lost = new ArrayList<>(domain.ruleset().lost());
        lost.addAll(unmediated(profile));
        lost.addAll(PrivateFiles.unserved(profile));
        lost.addAll(Enforcement.missing(profile));
        requireEnforcement(spec, lost);
        BrokerPlan broker = BrokerPlan.of(profile, domain, supervisor.premises(), settings.verifiers());
        Descriptor ruleset = holdings.hold(domain.ruleset().create());
        PortTable ports = holdings.hold(new PortTable());
        UnixTable sockets = holdings.hold(new UnixTable());
        RuleSet rules = new RuleSet(profile, new KernelLiveness(ports, sockets));
        SandboxView view = new SandboxView(
                supervisor,
                spec.name(),
                profile,
                rules,
                ports,
                family,
                broker.grants(),
                denials,
                spec.options().quiet());
        Optional<VirtualNetwork> network = PrivateNetwork.of(profile, spec.name(), holdings);
        Optional<PrivatePlaces> places = PrivateFiles.of(
                profile,
                network.filter(NetworkNamespace.class::isInstance).map(NetworkNamespace.class::cast),
                holdings);
        Calls calls = holdings.hold(new Calls(
                family::contains,
                sockets,
                ports,
                supervisor.interruptions(),
                ruleset.fd(),
                new TargetRights(!profile.capabilities().isEmpty()),
                network,
                new ProtectedPlaces(supervisor.premises().places()),
                yieldLead,
                broker.grants(),
                broker.hidden(),
                supervisor.approvals(profile, view),
                !domain.served().isEmpty(),
                places,
                PrivateFiles.told(profile, network),
                PrivateFiles.hiding(profile),
                view));
        SandboxChain chain = holdings.hold(chain(supervisor, profile, network, view, calls));
        awaitHandlers(chain, supervisor.awaitHandlers());
        TrapSet traps = Entailed.by(chain.trapSet(), new HostNames());
        DenyJudge refusals = PrivateNetwork.isDecided(profile)
                ? supervisor.refusals().without(PrivateNetwork::isDecidedInstead)
                : supervisor.refusals();
        FilterProgram filter = FilterPlan.compile(refusals.rules(), traps);
        return new Equipment(
                profile,
                folder,
                domain.lines(),
                broker,
                ruleset,
                lost,
                rules,
                view,
                calls,
                network,
                chain,
                refusals,
                filter);
    }

    /** The profile as it is written now, with its variables replaced as at the start. */
    Profile read(SandboxSpec spec) {
        return spec.source().get().expand(directory(spec), folder.path(), home());
    }

    /**
     * Puts another profile in force, as far as that goes.
     *
     * @throws StartException if this machine cannot enforce it
     * @throws org.sluice.policy.PolicyException if the sandbox is locked
     */
    Reload reload(SandboxSpec spec, Profile asked) {
        Reload reload = Reload.of(profile, asked);
        List<String> missing = new ArrayList<>(unmediated(reload.effective()));
        missing.addAll(Enforcement.missing(reload.effective()));
        requireEnforcement(spec, missing);
        Limits.require(reload.effective());
        rules.reload(reload.effective());
        view.reload(reload.effective());
        return reload;
    }

    /** The same with another profile. */
    Equipment with(Profile next) {
        return new Equipment(
                next, folder, domain, broker, ruleset, lost, rules, view, calls, network, chain, refusals, filter);
    }

    private static SandboxChain chain(
            Supervisor supervisor, Profile profile, Optional<VirtualNetwork> network, SandboxView view, Calls calls) {
        ChainSpec chain = new ChainSpec(
                PrivateNetwork.sections(profile, network),
                required(profile),
                profile.reserve(),
                ChainSpec.TRUSTED,
                profile.virtualFiles(),
                new StateStore(),
                view,
                calls.terminal());
        try {
            return supervisor.registry().open(chain);
        } catch (IllegalArgumentException e) {
            // What a profile reserves are traps, and their names are looked up only here.
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "profile " + profile.name() + " or --reserve: " + e.getMessage(),
                    e);
        }
    }

    /** A socket that the handler of a private network does not answer for would be the machine's. */
    private static Set<String> required(Profile profile) {
        Set<String> required = new HashSet<>(profile.required());
        if (PrivateNetwork.isDecided(profile)) {
            required.add(PrivateNetwork.HANDLER);
        }
        return required;
    }

    private static Path directory(SandboxSpec spec) {
        return spec.command().directory().orElse(Path.of("")).toAbsolutePath();
    }

    /** The one that the target takes for it, too; without it that of the user database. */
    private static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home != null && home.startsWith("/") ? home : System.getProperty("user.home", ""));
    }

    private static void requireKernel(SandboxSpec spec) {
        if (Landlock.abi() == 0) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "this kernel has no Landlock, so files and signals would not be confined; "
                            + "boot with lsm=landlock,… (`sluice check` shows what is there)");
        }
        Capabilities.require(spec.profile());
        Limits.require(spec.profile());
    }

    /** What a profile says of datagrams and nobody would see to. */
    private static List<String> unmediated(Profile profile) {
        List<String> lost = new ArrayList<>();
        boolean decided = profile.handlers().containsKey("connect");
        if (profile.datagram().equals("deny") && !decided) {
            lost.add("datagram 'deny', because handler connect takes no part; add it to the profile's handlers");
        }
        for (Rule rule : profile.rules()) {
            if (!rule.allow() && rule.operation().equals(Rule.SEND)) {
                if (profile.datagram().equals("any")) {
                    lost.add("'" + rule + "', because with datagram 'any' a send may name its destination unseen; write"
                            + " rules or deny");
                } else if (!decided) {
                    lost.add("'" + rule + "', because handler connect takes no part; add it to the profile's handlers");
                }
            }
        }
        return lost;
    }

    private static void requireEnforcement(SandboxSpec spec, List<String> lost) {
        if (!lost.isEmpty() && !spec.options().degrade()) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "profile " + spec.profile().name() + " cannot be enforced in full here: " + String.join("; ", lost)
                            + " (--degrade runs without)");
        }
    }

    private static void awaitHandlers(SandboxChain chain, Duration patience) {
        try {
            List<String> missing = chain.awaitHandlers(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!missing.isEmpty()) {
                throw new StartException(
                        StartException.Kind.HANDLERS,
                        "the profile names handlers that are not active: " + String.join(", ", missing)
                                + "; add their bundles to deploy/, or take them out of the profile");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(
                    StartException.Kind.SUPERVISOR, "interrupted while waiting for the handlers of the profile", e);
        }
    }
}
