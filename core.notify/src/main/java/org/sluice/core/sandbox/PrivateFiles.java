package org.sluice.core.sandbox;

import java.util.List;
import java.util.Optional;
import org.sluice.core.StartException;
import org.sluice.linux.Errno;
import org.sluice.policy.Profile;
import org.sluice.target.Attempt;
import org.sluice.target.NetworkFiles;
import org.sluice.target.PrivatePlaces;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.Resident;
import org.sluice.target.net.VirtualNetwork;
import org.sluice.target.net.synthetic.SyntheticNetwork;

/**
 * The files in which the kernel shows a sandbox its private network. They lie in procfs and sysfs, where the machine's lie
 * too, and Landlock cannot take back a part of a grant; so it grants nothing there and the core opens in the target's place
 * what the profile grants.
 */
final class PrivateFiles {

    private static final String PROCFS = "procfs";
    private static final String MACHINES =
            "/proc/net and /sys show the machine's network interfaces, and /proc/sys/net their names";

    private PrivateFiles() {}

    /** Whether procfs and sysfs are opened by the core, because a private network or the profile changes what they say. */
    static boolean areServed(Profile profile) {
        // Which files of a process may be opened depends on the capabilities of both, and the core has none to open
        // with.
        return profile.virtualFiles()
                && profile.capabilities().isEmpty()
                && (isNetworkShown(profile) || profile.handlers().containsKey(PROCFS));
    }

    private static boolean isNetworkShown(Profile profile) {
        return PrivateNetwork.isDecided(profile) && PrivateNetwork.isShown(profile) && profile.hasNetworkFiles();
    }

    /** Whether procfs lacks the processes outside the sandbox. */
    static boolean hideProcesses(Profile profile) {
        return areServed(profile) && profile.settings(PROCFS).flag("hide", false);
    }

    /** What a profile asks for and cannot have. */
    static List<String> unserved(Profile profile) {
        return profile.settings(PROCFS).flag("hide", false) && !areServed(profile)
                ? List.of("procfs 'hide', because "
                        + (profile.virtualFiles()
                                ? "the command keeps capabilities; take them out"
                                : "files are not virtual; leave out --no-virtual-files"))
                : List.of();
    }

    /** What files tell of the network where walks find none of its own. */
    static NetworkFiles told(Profile profile, Optional<VirtualNetwork> network) {
        return areServed(profile) && isNetworkShown(profile) && network.isPresent()
                ? NetworkFiles.of(
                        network.filter(SyntheticNetwork.class::isInstance).map(SyntheticNetwork.class::cast))
                : NetworkFiles.MACHINES;
    }

    /** In one line, for people. */
    static String describe(Profile profile, Optional<VirtualNetwork> network) {
        if (!profile.virtualFiles()) {
            return "none: opening files is native, and " + MACHINES;
        }
        boolean hasFiles = network.isPresent();
        if (!areServed(profile)) {
            String hint = profile.capabilities().isEmpty()
                    ? " (\"files\": true in the profile's section netlink shows the private network)"
                    : ", since the command has capabilities";
            return MACHINES + (hasFiles ? hint : "");
        }
        String shown = isNetworkShown(profile) && hasFiles
                ? "show the private network"
                : "show the machine's network interfaces";
        boolean synthetic = isNetworkShown(profile)
                && network.filter(SyntheticNetwork.class::isInstance).isPresent();
        return "opening files is trapped; in /proc and /sys Sluice opens them, and /proc/net and /sys " + shown
                + (synthetic
                        ? ", as far as it is told; other files of theirs, and lists of interfaces, are refused"
                        : "")
                + " (stat and lists of names are the machine's)";
    }

    /**
     * Where those of the private network are.
     *
     * @return empty if the machine's are shown
     * @throws StartException if they cannot be had
     */
    static Optional<PrivatePlaces> of(Profile profile, Optional<NetworkNamespace> network, Holdings holdings) {
        if (network.isEmpty() || !areServed(profile) || !isNetworkShown(profile)) {
            return Optional.empty();
        }
        Attempt<Resident> resident = network.get().resident();
        if (!resident.succeeded()) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot show the private network in /proc/net: " + Errno.describe(resident.errno())
                            + "; --no-virtual-files shows the machine's");
        }
        return Optional.of(new PrivatePlaces(holdings.hold(resident.get())));
    }
}
