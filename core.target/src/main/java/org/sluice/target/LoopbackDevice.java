package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Keeps a socket to the loopback device (SO_BINDTODEVICE, socket(7)): it may be bound to the wildcard address, and is told
 * that it is, and what arrives from another device is not its own. Anybody may bind a socket to a device once (since Linux
 * 5.7), and only CAP_NET_RAW changes that again, which a target has not. It holds when the supervisor is gone.
 */
final class LoopbackDevice {

    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;

    /** "lo" and the NUL that ends it, as a number in memory order; every network namespace has it under this name. */
    private static final int LO = 'l' | 'o' << 8;

    private static final int LENGTH = 3;

    /** IFNAMSIZ: what the kernel wants as room for a name. */
    private static final int ROOM = 16;

    private LoopbackDevice() {}

    /**
     * Binds the socket to the device; one that is there already is left.
     *
     * @return 0, or EPERM for a socket that is bound to another device
     */
    static int bind(PinnedSocket socket) {
        Block name = Scratch.get().record;
        name.putInt(0, LO);
        long result = Linux.call(Nr.SETSOCKOPT, socket.fd(), SOL_SOCKET, SO_BINDTODEVICE, name.address(), LENGTH, 0);
        return result == -Errno.EPERM && isBound(socket) ? 0 : (int) -result;
    }

    private static boolean isBound(PinnedSocket socket) {
        Block name = Scratch.get().record;
        name.putInt(0, 0).putInt(ROOM, ROOM);
        long result = Linux.call(
                Nr.GETSOCKOPT, socket.fd(), SOL_SOCKET, SO_BINDTODEVICE, name.address(), name.address() + ROOM, 0);
        return result == 0 && name.getInt(ROOM) == LENGTH && (name.getInt(0) & 0xff_ffff) == LO;
    }
}
