package org.sluice.launcher.inside;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/**
 * A stream socket of unix(7) that can pass descriptors along with bytes, which the sockets of Java cannot. Blocking; one
 * thread may read while another writes.
 */
final class UnixSocket implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_PEERPIDFD = 77;
    private static final int SO_PASSCRED = 16;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SHUT_RDWR = 2;
    private static final int ECONNABORTED = 103;
    private static final int ECONNRESET = 104;
    /** struct cmsghdr: length (8), level, type. */
    private static final int CMSG_HEADER = 16;

    private static final int MSGHDR = 56;
    private static final int PATH_SPACE = 108;

    private final int fd;
    private boolean closed;

    private UnixSocket(int fd) {
        this.fd = fd;
    }

    /** A user and a process at the other end, as they were when it connected. */
    record Peer(int pid, int uid) {}

    /**
     * What one receive brought.
     *
     * @param bytes empty at the end of the stream
     * @param descriptors that came along
     * @param sender the process that sent it, as the kernel says, if {@link #identifySenders} was called; else 0
     */
    record Received(Bytes bytes, List<Integer> descriptors, int sender) {}

    static UnixSocket create() {
        return new UnixSocket(
                (int) SysException.check("socket", Linux.call(Nr.SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC, 0)));
    }

    /** Has the file that {@link #listen} makes be its owner's alone: the kernel gives it the mode of the socket. */
    void keepPrivate() {
        SysException.check("fchmod of a socket", Linux.call(Nr.FCHMOD, fd, 0600));
    }

    /** Bounds how long a receive or a send waits; after that it fails with EAGAIN. */
    void limit(int seconds) {
        // struct timeval: seconds, microseconds
        Block time = Block.allocate(16).putLong(0, seconds);
        for (int option : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
            SysException.check(
                    "setsockopt(SO_RCVTIMEO)",
                    Calls.with(List.of(time), Nr.SETSOCKOPT, fd, SOL_SOCKET, option, time.address(), 16));
        }
    }

    /** Binds and listens; a negative errno where that failed. */
    long listen(String path) {
        long bound = named(Nr.BIND, path);
        return bound < 0 ? bound : Linux.call(Nr.LISTEN, fd, 16);
    }

    /** Connects; a negative errno where that failed. */
    long connect(String path) {
        return named(Nr.CONNECT, path);
    }

    private long named(int number, String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= PATH_SPACE) {
            throw Failure.of(
                    "the socket's name " + path + " is longer than 107 bytes; set XDG_RUNTIME_DIR to a shorter one");
        }
        Block address = Block.allocate(2 + PATH_SPACE).putShort(0, AF_UNIX).put(2, name);
        return Calls.with(List.of(address), number, fd, address.address(), 2 + name.length + 1L);
    }

    /** The next connection; throws once the socket is shut down. */
    UnixSocket accept() {
        long result;
        do {
            result = Linux.call(Nr.ACCEPT4, fd, 0, 0, SOCK_STREAM_CLOEXEC & ~1, 0, 0);
        } while (result == -Errno.EINTR || result == -ECONNABORTED);
        return new UnixSocket((int) SysException.check("accept4", result));
    }

    Peer peer() {
        Block credentials = Block.allocate(12);
        Block length = Block.allocate(4).putInt(0, 12);
        SysException.check(
                "getsockopt(SO_PEERCRED)",
                Calls.with(
                        List.of(credentials, length),
                        Nr.GETSOCKOPT,
                        fd,
                        SOL_SOCKET,
                        SO_PEERCRED,
                        credentials.address(),
                        length.address()));
        return new Peer(credentials.getInt(0), credentials.getInt(4));
    }

    /** Has the kernel say of each message who sent it; holds for what is accepted, too (unix(7), SO_PASSCRED). */
    void identifySenders() {
        Block on = Block.allocate(4).putInt(0, 1);
        SysException.check(
                "setsockopt(SO_PASSCRED)",
                Calls.with(List.of(on), Nr.SETSOCKOPT, fd, SOL_SOCKET, SO_PASSCRED, on.address(), 4));
    }

    /** A pidfd of the process at the other end, to be closed; a negative errno if it is gone or the kernel is too old. */
    long peerPidfd() {
        Block descriptor = Block.allocate(4);
        Block length = Block.allocate(4).putInt(0, 4);
        long result = Calls.with(
                List.of(descriptor, length),
                Nr.GETSOCKOPT,
                fd,
                SOL_SOCKET,
                SO_PEERPIDFD,
                descriptor.address(),
                length.address());
        return result < 0 ? result : descriptor.getInt(0);
    }

    /** Sends all bytes, and the descriptors with the first of them. A peer that has gone is a {@link SysException}. */
    void send(byte[] bytes, List<Integer> descriptors) {
        Block data = Block.of(bytes);
        int sent = 0;
        while (sent < bytes.length) {
            List<Integer> along = sent == 0 ? descriptors : List.of();
            Block control = Block.allocate(CMSG_HEADER + 8 * Math.max(1, along.size()));
            if (!along.isEmpty()) {
                control.putLong(0, CMSG_HEADER + 4L * along.size());
                control.putInt(8, SOL_SOCKET).putInt(12, SCM_RIGHTS);
                for (int i = 0; i < along.size(); i++) {
                    control.putInt(CMSG_HEADER + 4 * i, along.get(i));
                }
            }
            int space = along.isEmpty() ? 0 : CMSG_HEADER + (4 * along.size() + 7) / 8 * 8;
            long result = message(Nr.SENDMSG, data, sent, bytes.length - sent, control, space, MSG_NOSIGNAL);
            if (result != -Errno.EINTR) {
                sent += (int) SysException.check("sendmsg", result);
            }
        }
    }

    /** Waits for bytes. */
    Received receive() {
        Block data = Block.allocate(16384);
        Block control = Block.allocate(2 * CMSG_HEADER + 16 + 64);
        long result;
        do {
            control.zero(0, control.size());
            result = message(Nr.RECVMSG, data, 0, data.size(), control, control.size(), MSG_CMSG_CLOEXEC);
        } while (result == -Errno.EINTR);
        int length = result == -ECONNRESET ? 0 : (int) SysException.check("recvmsg", result);
        List<Integer> descriptors = new ArrayList<>();
        int sender = 0;
        // Ends at what was not filled in: a length of 0.
        for (int at = 0; at + CMSG_HEADER <= control.size() && control.getLong(at) > CMSG_HEADER; ) {
            int end = at + (int) control.getLong(at);
            int type = control.getInt(at + 8) == SOL_SOCKET ? control.getInt(at + 12) : 0;
            if (type == SCM_RIGHTS) {
                for (int i = at + CMSG_HEADER; i < end; i += 4) {
                    descriptors.add(control.getInt(i));
                }
            } else if (type == SCM_CREDENTIALS) {
                sender = control.getInt(at + CMSG_HEADER);
            }
            at = (end + 7) / 8 * 8;
        }
        return new Received(Bytes.of(data.get(0, length)), descriptors, sender);
    }

    private long message(int number, Block data, int offset, int length, Block control, int space, int flags) {
        Block vector = Block.allocate(16).putLong(0, data.address() + offset).putLong(8, length);
        Block header = Block.allocate(MSGHDR).putLong(16, vector.address()).putLong(24, 1);
        if (space > 0) {
            header.putLong(32, control.address()).putLong(40, space);
        }
        return Calls.with(List.of(header, vector, data, control), number, fd, header.address(), flags);
    }

    /** Wakes whoever waits in {@link #accept} or {@link #receive}. From any thread; after {@link #close} without effect. */
    synchronized void shutdown() {
        if (!closed) {
            Linux.call(Nr.SHUTDOWN, fd, SHUT_RDWR);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Linux.close(fd);
        }
    }
}
