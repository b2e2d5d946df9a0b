package org.sluice.core.call;

import org.sluice.target.BindMap;
import org.sluice.target.Interruptions;
import org.sluice.target.Peers;
import org.sluice.target.Pidfds;
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
        Runnable beforeBlocking) {}
