package org.sluice.core.sandbox;

import java.util.List;
import java.util.Optional;
import org.sluice.core.StartException;
import org.sluice.core.call.Hiding;
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

    /** From what the processes outside the sandbox are hidden. */
    static Hiding hiding(Profile profile) {
        return areServed(profile) ? asked(profile) : Hiding.NONE;
    }

    private static Hiding asked(Profile profile) {
        boolean strict = profile.settings(PROCFS).flag("strict", false);
        boolean files = profile.settings(PROCFS).flag("hide", false);
        return strict ? Hiding.NAMES : files ? Hiding.FILES : Hiding.NONE;
    }

    /** What a profile asks for and cannot have. */
    static List<String> unserved(Profile profile) {
        return asked(profile).hides() && !areServed(profile)
                ? List.of("procfs '" + (asked(profile) == Hiding.NAMES ? "strict" : "hide") + "', because "
                        + (profile.virtualFiles()
                                ? "the command keeps capabilities; take them out"
                                : "files are not virtual; leave out --no-virtual-files"))
                : List.of();
    }

    /** What files tell of the network where walks find none of its own. */
    static NetworkFiles told(Profile profile, Optional<VirtualNetwork> network) {
        return areServed(profile) && isNetworkShown(profile) && network.isPresent()
                ? NetworkFiles.of(
                        network.filter(SyntheticNetwork.class::isInstance).map(SyntheticNetwork.class::cast),
                        hiding(profile) == Hiding.NAMES)
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
                + (hiding(profile) == Hiding.NAMES
                        ? ""
                        : " (stat, access, readlink and chdir see the machine's names)");
    }

    /** What is seen of processes outside the sandbox, in one line. */
    static String describeProcesses(Profile profile) {
        return switch (hiding(profile)) {
            case NONE -> "processes outside are listed, and told of as far as everybody is";
            case FILES ->
                "processes outside are hidden from opening and from lists; stat, access, readlink and chdir of"
                        + " their numbers still find them. Each list of a directory, anywhere, is made by Sluice";
            case NAMES ->
                "processes outside are hidden from opening, lists, stat, access, readlink and chdir. Each of these"
                        + " calls, on any file, is made by Sluice";
        };
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
