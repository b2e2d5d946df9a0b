package org.sluice.target;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;
import org.sluice.target.net.synthetic.SyntheticNetwork;

/**
 * The files of procfs and sysfs that tell of the machine's network interfaces, in the place of which a sandbox gets others, or
 * nothing. Most are known by what a walk pinned, so that every spelling is meant. An interface that the machine has not is
 * nowhere in its sysfs, and no walk gets there: its files are known by their plain path, and hold nothing but what is this
 * sandbox's own. Stateless but for the network; thread-safe.
 */
public final class NetworkFiles {

    /** For a sandbox whose profile does not ask for such files: the machine's are shown. */
    public static final NetworkFiles MACHINES = new NetworkFiles(false, false, null);

    /** The directory of interfaces, for grants. */
    public static final Bytes CLASS = Bytes.utf8("/sys/class/net");

    private static final Pattern NET = Pattern.compile("/proc/self/net/(.+)", Pattern.DOTALL);

    /** Below a directory of this name sysfs has interfaces by their names, with all that is told of each. */
    private static final Pattern LINK = Pattern.compile("/sys/(.*?/)?net(/([^/]+)(/(.+))?)?", Pattern.DOTALL);

    private static final Pattern PLAIN = Pattern.compile("/+sys/+class/+net/+([^/]+)/+([^/]+)");

    /** Settings by the names of interfaces, of which only those that every network has are told. */
    private static final Pattern SETTINGS =
            Pattern.compile("/proc/sys/net/[^/]+/(conf|neigh)(/(?!(all|default|lo)(/|$)).*)?", Pattern.DOTALL);

    private final boolean shown;
    private final boolean strict;
    private final @Nullable SyntheticNetwork synthetic;

    private NetworkFiles(boolean shown, boolean strict, @Nullable SyntheticNetwork synthetic) {
        this.shown = shown;
        this.strict = strict;
        this.synthetic = synthetic;
    }

    /**
     * For a sandbox that is shown the files of its network, which is synthetic, or else walks find them.
     *
     * @param strict whether names of the machine's interfaces are not there for those who look at names alone
     */
    public static NetworkFiles of(Optional<SyntheticNetwork> synthetic, boolean strict) {
        return new NetworkFiles(true, strict, synthetic.orElse(null));
    }

    /**
     * What a path leads to that is written plainly.
     *
     * @return empty if it is none of an interface's
     */
    public Optional<Attempt<Bytes>> named(Bytes path) {
        if (synthetic == null || path.at(0) != '/') {
            return Optional.empty();
        }
        Matcher plain = PLAIN.matcher(path.decode());
        return plain.matches() ? Optional.of(synthetic.linkFile(plain.group(1), plain.group(2))) : Optional.empty();
    }

    /**
     * What is told in place of a file, or why it is not opened.
     *
     * @return empty if it is no file of the network's, or the network's own
     */
    public Optional<Attempt<Bytes>> instead(PinnedPath end) {
        boolean proc = shown && end.fileSystem() == FileSystem.PROC;
        if (!proc && (synthetic == null || end.fileSystem() != FileSystem.SYS)) {
            return Optional.empty();
        }
        String name = end.virtualName().orElse("");
        if (SETTINGS.matcher(name).matches()) {
            return Optional.of(Attempt.failed(Errno.EACCES));
        }
        return synthetic == null ? Optional.empty() : instead(synthetic, proc, name);
    }

    /**
     * Whether a file is not there for the sandbox, not even for those who ask about names alone: it bears the name of an
     * interface that the sandbox has not. Where a private network has files of its own, walks find those instead.
     *
     * @return false where names are not hidden
     */
    public boolean hides(PinnedPath end) {
        if (!strict || end.isPrivate() || end.fileSystem() == FileSystem.OTHER) {
            return false;
        }
        String name = end.virtualName().orElse("");
        if (end.fileSystem() == FileSystem.PROC) {
            Matcher settings = SETTINGS.matcher(name);
            Matcher net = NET.matcher(name);
            return (settings.matches() && settings.group(2) != null)
                    || (synthetic != null && net.matches() && net.group(1).contains("/"));
        }
        Matcher link = LINK.matcher(name);
        return synthetic != null
                && (!name.startsWith("/sys")
                        || (link.matches() && link.group(3) != null && !isKnown(synthetic, link.group(3))));
    }

    private static boolean isKnown(SyntheticNetwork network, String name) {
        return network.states().stream().anyMatch(state -> state.name().equals(name));
    }

    private static Optional<Attempt<Bytes>> instead(SyntheticNetwork network, boolean proc, String name) {
        if (!name.startsWith(proc ? "/proc" : "/sys")) {
            // A part of it that is mounted elsewhere does not say what it is.
            return Optional.of(Attempt.failed(Errno.EACCES));
        }
        if (proc) {
            Matcher net = NET.matcher(name);
            return net.matches() ? Optional.of(network.networkFile(net.group(1))) : Optional.empty();
        }
        Matcher link = LINK.matcher(name);
        if (!link.matches()) {
            return Optional.empty();
        }
        // Lists of names are the machine's.
        return Optional.of(
                link.group(5) == null ? Attempt.failed(Errno.EACCES) : network.linkFile(link.group(3), link.group(5)));
    }
}
