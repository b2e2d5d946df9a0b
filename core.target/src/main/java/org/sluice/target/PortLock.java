package org.sluice.target;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * A port that one supervisor of a network namespace at a time decides about. Where only old connections are left of a
 * port, two sockets with SO_REUSEADDR can both be bound to it; so whoever has looked must bind before another one looks.
 *
 * <p>The lock is an abstract Unix name (unix(7)), which like a port belongs to the network namespace, whoever the user is,
 * and goes with its holder. Anybody may hold such a name, and could as well hold the port: who does not get the lock in time
 * has to take the port for taken. The holder makes two questions and a bind, less than a millisecond in all.
 */
final class PortLock implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final int TRIES = 100;
    private static final long PAUSE_NANOS = 1_000_000;

    private final int fd;

    private PortLock(int fd) {
        this.fd = fd;
    }

    /** The abstract name for a port. */
    static String name(int protocol, int port) {
        return "org.sluice/port/" + protocol + "/" + port;
    }

    /** Takes the lock, for which it waits at most {@link #TRIES} pauses; EADDRINUSE if another one has it all the time. */
    static Attempt<PortLock> acquire(int protocol, int port) {
        int fd = (int) SysException.check(
                "socket for a port lock", Linux.call(Nr.SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        byte[] name = name(protocol, port).getBytes(StandardCharsets.US_ASCII);
        Block address = Block.allocate(3 + name.length).putShort(0, AF_UNIX);
        for (int i = 0; i < name.length; i++) {
            address.putByte(3 + i, name[i]);
        }
        for (int i = 0; i < TRIES; i++) {
            long result = address.with(at -> Linux.call(Nr.BIND, fd, at, address.size()));
            if (result == 0) {
                return Attempt.of(new PortLock(fd));
            }
            if (result != -Errno.EADDRINUSE) {
                Linux.close(fd);
                SysException.check("bind of a port lock", result);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        Linux.close(fd);
        return Attempt.failed(Errno.EADDRINUSE);
    }

    /** Lets go. */
    @Override
    public void close() {
        Linux.close(fd);
    }
}
