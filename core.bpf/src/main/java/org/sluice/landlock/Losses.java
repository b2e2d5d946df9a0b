package org.sluice.landlock;

import java.util.ArrayList;
import java.util.List;

/** Says what an ABI does not enforce of what a ruleset asks for. */
final class Losses {

    private final int abi;
    private final List<String> sentences = new ArrayList<>();

    private Losses(int abi) {
        this.abi = abi;
    }

    static List<String> of(int abi, long net, long scopes, boolean unixPaths) {
        if (abi == 0) {
            return List.of("no Landlock: the kernel enforces no file, port or signal rule by itself");
        }
        Losses losses = new Losses(abi);
        losses.below(2, true, "every rename and link into another directory is refused");
        losses.below(3, true, "a file that may not be written can still be truncated");
        losses.below(4, (net & Landlock.NET_BIND_TCP) != 0, "the ports of TCP binds are not restricted");
        losses.below(4, (net & Landlock.NET_CONNECT_TCP) != 0, "the ports of TCP connections are not restricted");
        losses.below(5, true, "ioctl on devices is not restricted");
        losses.below(6, (scopes & Landlock.SCOPE_SIGNAL) != 0, "signals to other processes are not scoped");
        losses.below(
                6,
                (scopes & Landlock.SCOPE_ABSTRACT_UNIX_SOCKET) != 0,
                "connections to abstract Unix sockets are not scoped");
        losses.below(9, unixPaths, "connections to Unix sockets by path are not restricted");
        return List.copyOf(losses.sentences);
    }

    private void below(int needed, boolean asked, String what) {
        if (abi < needed && asked) {
            sentences.add("Landlock ABI " + abi + ": " + what + " (needs ABI " + needed + ")");
        }
    }
}
