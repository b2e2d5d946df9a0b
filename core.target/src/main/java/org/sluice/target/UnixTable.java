package org.sluice.target;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * The kernel's table of Unix sockets (linux/unix_diag.h), for the network namespace in which this was made. One netlink
 * socket, one question at a time; thread-safe.
 */
public final class UnixTable implements AutoCloseable {

    private static final int AF_UNIX = 1;

    /** struct unix_diag_req. */
    private static final int REQUEST = 24;

    private static final int STATES = NetlinkSocket.HEADER + 4;
    private static final int INODE = NetlinkSocket.HEADER + 8;
    private static final int SHOW = NetlinkSocket.HEADER + 12;
    private static final int COOKIE = NetlinkSocket.HEADER + 16;
    private static final int SHOW_VFS = 2;
    private static final int SHOW_PEER = 4;

    /** struct unix_diag_msg. */
    private static final int ANSWER = 16;

    private static final int ANSWER_COOKIE = 8;
    private static final int ATTRIBUTE_VFS = 1;
    private static final int ATTRIBUTE_PEER = 2;

    private static final long ANY_COOKIE = -1;

    private static final int ESTALE = 116;
    private static final int SOCK_STREAM_CLOEXEC = 0x80001;

    private final NetlinkSocket socket = NetlinkSocket.sockets();
    private final boolean answers = isShown();

    /**
     * The file that a socket is bound to; accepted sockets have that of their listener.
     *
     * @param inode its low 32 bits
     * @param device as the kernel numbers it inside
     */
    public record File(int inode, int device) {}

    /**
     * A socket.
     *
     * @param cookie SO_COOKIE
     * @param file where it is bound, if at a path
     * @param peer the inode of the socket that it is connected to, 0 without one
     */
    public record Entry(long cookie, Optional<File> file, int peer) {}

    /** The socket of a sockfs inode and cookie; empty if it is gone. */
    public Optional<Entry> find(long inode, long cookie) {
        synchronized (socket) {
            Block request = socket.request();
            request.putByte(NetlinkSocket.HEADER, AF_UNIX).putInt(STATES, -1).putInt(INODE, (int) inode);
            request.putInt(SHOW, SHOW_VFS | SHOW_PEER).putLong(COOKIE, cookie);
            Entry[] found = new Entry[1];
            int result = socket.ask(REQUEST, false, at -> found[0] = entry(at));
            if (result == -Errno.ENOENT || result == -ESTALE) {
                return Optional.empty();
            }
            SysException.check("sock_diag of a Unix socket", result);
            return Optional.of(found[0]);
        }
    }

    /** The socket at the other end of {@code entry}; empty without one. */
    public Optional<Entry> peer(Entry entry) {
        return entry.peer() == 0 ? Optional.empty() : find(entry.peer(), ANY_COOKIE);
    }

    /** Whether the socket is still there; true also where the kernel has no such table (CONFIG_UNIX_DIAG). */
    public boolean isAlive(long inode, long cookie) {
        return !answers || find(inode, cookie).isPresent();
    }

    /** Those of {@code cookies} whose sockets are still there, by one look through the table; all where there is none. */
    public Set<Long> alive(Collection<Long> cookies) {
        Set<Long> wanted = new HashSet<>(cookies);
        if (!answers || wanted.isEmpty()) {
            return wanted;
        }
        Set<Long> found = new HashSet<>();
        synchronized (socket) {
            Block request = socket.request();
            request.putByte(NetlinkSocket.HEADER, AF_UNIX).putInt(STATES, -1);
            int result = socket.ask(REQUEST, true, at -> {
                long cookie = socket.answer().getLong(at + ANSWER_COOKIE);
                if (wanted.contains(cookie)) {
                    found.add(cookie);
                }
            });
            SysException.check("sock_diag of Unix sockets", result);
        }
        return found;
    }

    /** Finds out by asking for a socket that is there. */
    private boolean isShown() {
        int fd = (int) SysException.check("socket", Linux.call(Nr.SOCKET, AF_UNIX, SOCK_STREAM_CLOEXEC, 0));
        try (PinnedSocket own = PinnedSocket.adopt(fd).get()) {
            return find(own.inode(), own.cookie()).isPresent();
        }
    }

    /** The files of all sockets that are bound to one. */
    public Set<File> files() {
        Set<File> files = new HashSet<>();
        synchronized (socket) {
            Block request = socket.request();
            request.putByte(NetlinkSocket.HEADER, AF_UNIX).putInt(STATES, -1).putInt(SHOW, SHOW_VFS);
            int result = socket.ask(REQUEST, true, at -> entry(at).file().ifPresent(files::add));
            SysException.check("sock_diag of Unix sockets", result);
        }
        return files;
    }

    @Override
    public void close() {
        synchronized (socket) {
            socket.close();
        }
    }

    private Entry entry(int at) {
        Block answer = socket.answer();
        Optional<File> file = Optional.empty();
        int peer = 0;
        int end = at + socket.bodyLength(at);
        for (int i = at + ANSWER; i + 4 <= end; i += (answer.getShort(i) + 3) & ~3) {
            int type = answer.getShort(i + 2);
            if (type == ATTRIBUTE_VFS) {
                file = Optional.of(new File(answer.getInt(i + 4), answer.getInt(i + 8)));
            } else if (type == ATTRIBUTE_PEER) {
                peer = answer.getInt(i + 4);
            }
        }
        return new Entry(answer.getLong(at + ANSWER_COOKIE), file, peer);
    }
}
