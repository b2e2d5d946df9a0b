package org.sluice.core.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.bpf.ArgumentTest;
import org.sluice.bpf.DeniedCall;
import org.sluice.core.StartException;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.SysException;
import org.sluice.notify.Settings;
import org.sluice.policy.Profile;
import org.sluice.target.Attempt;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.Topology;
import org.sluice.target.net.VirtualNetwork;
import org.sluice.target.net.synthetic.SyntheticNetwork;

/** The virtual interfaces of a sandbox whose profile names the handler that answers from them. */
final class PrivateNetwork {

    private static final Logger LOG = LoggerFactory.getLogger(PrivateNetwork.class);

    /** The handler. */
    static final String HANDLER = "netlink";

    /** Of a network namespace if there can be one; else synthetic ones. */
    private static final String AUTOMATIC = "";

    private static final String KERNEL = "kernel";
    private static final String SYNTHETIC = "synthetic";
    private static final String HOST = "host";
    private static final String MODE = "mode";

    private PrivateNetwork() {}

    /** Whether the handler decides about every netlink socket. */
    static boolean isDecided(Profile profile) {
        return profile.handlers().containsKey(HANDLER)
                && !(mode(profile).equals(HOST)
                        && profile.settings(HANDLER).texts("protocols").isEmpty());
    }

    /** Whether there are interfaces of the sandbox's own to show, of whichever kind. */
    static boolean isShown(Profile profile) {
        return List.of(KERNEL, SYNTHETIC, AUTOMATIC).contains(mode(profile));
    }

    /** The entry of the deny list that the handler decides instead: sockets of other netlink protocols. */
    static boolean isDecidedInstead(DeniedCall entry) {
        long netlink = KernelConstants.host().get("AF_NETLINK");
        return entry.name().equals("socket") && entry.tests().contains(ArgumentTest.intEquals(0, netlink));
    }

    /**
     * Makes it.
     *
     * @return empty if the profile asks for none
     * @throws StartException if it cannot be as the profile wants it
     */
    static Optional<VirtualNetwork> of(Profile profile, String sandbox, Holdings holdings) {
        String mode = mode(profile);
        if (!isDecided(profile) || !isShown(profile)) {
            return Optional.empty();
        }
        Attempt<NetworkNamespace> made =
                mode.equals(SYNTHETIC) ? Attempt.failed(Errno.EOPNOTSUPP) : NetworkNamespace.make();
        if (!made.succeeded() && mode.equals(KERNEL)) {
            throw failure(
                    profile,
                    "this machine allows no private network (" + Errno.describe(made.errno())
                            + "); use --netlink synthetic, or allow user namespaces",
                    null);
        }
        if (!made.succeeded() && mode.equals(AUTOMATIC)) {
            LOG.info(
                    "sandbox {}: this machine allows no private network ({}), so its interfaces are synthetic",
                    sandbox,
                    Errno.describe(made.errno()));
        }
        VirtualNetwork network = holdings.hold(made.succeeded() ? made.get() : new SyntheticNetwork(sandbox));
        furnish(network, profile);
        return Optional.of(network);
    }

    /** The sections of all handlers; that of this one says which mode it has become. */
    static Map<String, Settings> sections(Profile profile, Optional<VirtualNetwork> network) {
        Map<String, Settings> sections = SandboxSettings.all(profile);
        if (network.filter(SyntheticNetwork.class::isInstance).isPresent()) {
            sections.computeIfPresent(HANDLER, (name, section) -> new Became(section, SYNTHETIC));
        }
        return sections;
    }

    /** A section with another mode than was written. */
    private record Became(Settings section, String mode) implements Settings {

        @Override
        public boolean flag(String key, boolean otherwise) {
            return section.flag(key, otherwise);
        }

        @Override
        public String text(String key, String otherwise) {
            return key.equals(MODE) ? mode : section.text(key, otherwise);
        }

        @Override
        public long number(String key, long otherwise) {
            return section.number(key, otherwise);
        }

        @Override
        public List<String> texts(String key) {
            return section.texts(key);
        }

        @Override
        public Map<String, Object> values() {
            return section.values();
        }

        @Override
        public String datagram() {
            return section.datagram();
        }
    }

    private static void furnish(VirtualNetwork network, Profile profile) {
        try {
            network.furnish(Topology.of(interfaces(profile)));
        } catch (IllegalArgumentException | SysException e) {
            throw failure(profile, String.valueOf(e.getMessage()), e);
        }
    }

    private static List<?> interfaces(Profile profile) {
        Settings settings = profile.settings(HANDLER);
        return settings.values().get("interfaces") instanceof List<?> list ? list : List.of();
    }

    private static String mode(Profile profile) {
        return profile.settings(HANDLER).text(MODE, AUTOMATIC);
    }

    private static StartException failure(Profile profile, String what, @Nullable Throwable cause) {
        String message = "profile " + profile.name() + ", netlink: " + what;
        return cause == null
                ? new StartException(StartException.Kind.SUPERVISOR, message)
                : new StartException(StartException.Kind.SUPERVISOR, message, cause);
    }
}
