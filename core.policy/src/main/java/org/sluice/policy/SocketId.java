package org.sluice.policy;

import org.sluice.notify.Socket;

/**
 * What is kept of a socket after the call: enough to find it again in the kernel's tables.
 *
 * @param cookie SO_COOKIE
 * @param inode the inode in sockfs
 * @param domain SO_DOMAIN
 * @param type SO_TYPE
 * @param protocol SO_PROTOCOL
 * @param namespace SO_NETNS_COOKIE, 0 where the kernel has none
 */
public record SocketId(long cookie, long inode, int domain, int type, int protocol, long namespace) {

    /** The identity of a socket of the call that goes on. */
    public static SocketId of(Socket socket) {
        return new SocketId(
                socket.cookie(), socket.inode(), socket.domain(), socket.type(), socket.protocol(), socket.namespace());
    }
}
