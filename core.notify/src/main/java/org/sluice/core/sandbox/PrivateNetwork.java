package org.sluice.core.sandbox;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

/** The private network of a sandbox whose profile names the handler that answers from it. */
final class PrivateNetwork {

    /** The handler. */
    static final String HANDLER = "netlink";

    /** Of the namespace if there can be one; else there are no interfaces at all. */
    private static final String AUTOMATIC = "";

    private static final String KERNEL = "kernel";
    private static final String SYNTHETIC = "synthetic";
    private static final String HOST = "host";

    private PrivateNetwork() {}

    /** Whether the handler decides about every netlink socket. */
    static boolean isDecided(Profile profile) {
        return profile.handlers().containsKey(HANDLER)
                && !(mode(profile).equals(HOST)
                        && profile.settings(HANDLER).texts("protocols").isEmpty());
    }

    /** Whether the kernel answers, from a network namespace, where there can be one. */
    static boolean isOfKernel(Profile profile) {
        return mode(profile).equals(KERNEL) || mode(profile).equals(AUTOMATIC);
    }

    /** The entry of the deny list that the handler decides instead: sockets of other netlink protocols. */
    static boolean isDecidedInstead(DeniedCall entry) {
        long netlink = KernelConstants.host().get("AF_NETLINK");
        return entry.name().equals("socket") && entry.tests().contains(ArgumentTest.intEquals(0, netlink));
    }

    /**
     * Makes it.
     *
     * @param view is told where there can be none
     * @return empty if the profile asks for none
     * @throws StartException if it cannot be as the profile wants it
     */
    static Optional<NetworkNamespace> of(Profile profile, SandboxView view, Holdings holdings) {
        String mode = mode(profile);
        if (mode.equals(SYNTHETIC)) {
            throw failure(profile, "this version has no synthetic interfaces; use --netlink kernel, host or off", null);
        }
        if (!isDecided(profile) || !(mode.equals(KERNEL) || mode.equals(AUTOMATIC))) {
            return Optional.empty();
        }
        Attempt<NetworkNamespace> made = NetworkNamespace.make();
        if (made.succeeded()) {
            NetworkNamespace network = holdings.hold(made.get());
            furnish(network, profile);
            return Optional.of(network);
        }
        String reason = "this machine allows no private network (" + Errno.describe(made.errno()) + ")";
        if (mode.equals(KERNEL) || !interfaces(profile).isEmpty()) {
            throw failure(profile, reason + "; use --netlink off or host, or allow user namespaces", null);
        }
        view.tell(reason + ", so network interfaces cannot be listed; --netlink host shows the machine's");
        return Optional.empty();
    }

    private static void furnish(NetworkNamespace network, Profile profile) {
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
        return profile.settings(HANDLER).text("mode", AUTOMATIC);
    }

    private static StartException failure(Profile profile, String what, @Nullable Throwable cause) {
        String message = "profile " + profile.name() + ", netlink: " + what;
        return cause == null
                ? new StartException(StartException.Kind.SUPERVISOR, message)
                : new StartException(StartException.Kind.SUPERVISOR, message, cause);
    }
}
