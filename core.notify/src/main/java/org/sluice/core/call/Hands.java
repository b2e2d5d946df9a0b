package org.sluice.core.call;

import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.BindMap;
import org.sluice.target.Interruptions;
import org.sluice.target.Peers;
import org.sluice.target.Pidfds;
import org.sluice.target.ProtectedPlaces;
import org.sluice.target.SendCalls;
import org.sluice.target.SocketCalls;
import org.sluice.target.TargetRights;
import org.sluice.target.UnixCalls;

/**
 * What the core acts with in the place of one sandbox's targets.
 *
 * @param sockets calls on a socket to addresses that are no paths
 * @param sends sends messages
 * @param unix calls to paths
 * @param names the paths as the targets spelled them
 * @param peers who connected and listened
 * @param interruptions ends calls that block
 * @param pidfds of the sandbox's threads
 * @param ruleset a descriptor of the Landlock ruleset that the targets are under
 * @param rights with which everything is done
 * @param premises the supervisors' own places
 * @param beforeBlocking called on the thread of a call that may block for long
 */
record Hands(
        SocketCalls sockets,
        SendCalls sends,
        UnixCalls unix,
        BindMap names,
        Peers peers,
        Interruptions interruptions,
        Pidfds pidfds,
        int ruleset,
        TargetRights rights,
        ProtectedPlaces premises,
        Runnable beforeBlocking) {

    /**
     * What is answered to a call to a Unix socket of the supervisors' own; {@code null} for any other. Such a socket takes
     * orders, and the process that connects here is a supervisor, not the target.
     */
    @Nullable
    Verdict refusal(String operation, Resolved socket) {
        Bytes path = socket.canonical().orElse(socket.of()) instanceof Address.UnixPath found
                ? found.path()
                : socket.of().path();
        return premises.contain(socket.pinned(), path)
                ? Verdict.deny(new Denial(operation, path.toString(), "belongs to a supervisor", ""))
                : null;
    }
}
