package org.sluice.target;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Address;
import org.sluice.notify.Address.UnixPath;
import org.sluice.notify.Bytes;

/**
 * The paths of one sandbox's Unix sockets as the target spelled them, where the kernel keeps another name: a socket that
 * was bound relative to its pinned directory is known to the kernel by the last name only. Kept by the file that the
 * socket is bound to, which the sockets accepted from it share; so getpeername(2) of a client and getsockname(2) of an
 * accepted connection find it too. While the other end of a connection is not accepted yet, or when it is closed, the
 * kernel's table does not lead there; so a client's socket is kept too, with the path that it reached.
 *
 * <p>Bounded: when it is full, entries go whose file no socket is bound to any more, then the oldest. Thread-safe.
 */
public final class BindMap {

    private static final Logger LOG = LoggerFactory.getLogger(BindMap.class);

    private final UnixTable table;
    private final int capacity;
    private final Map<UnixTable.File, Bytes> spelled = new LinkedHashMap<>();

    /** By the cookie of a socket that was connected, the path of the one that it was connected to. */
    private final Map<Long, Bytes> reached = new LinkedHashMap<>();

    /** Of at most {@code capacity} entries. */
    public BindMap(UnixTable table, int capacity) {
        this.table = table;
        this.capacity = capacity;
    }

    /** What getsockname(2) tells the target about its socket; or the errno. */
    public Attempt<Address> local(PinnedSocket socket) {
        return name(socket, Nr.GETSOCKNAME);
    }

    /** What getpeername(2) tells the target about its socket; or the errno. */
    public Attempt<Address> peer(PinnedSocket socket) {
        return name(socket, Nr.GETPEERNAME);
    }

    /** Remembers what was just bound, if the kernel's name differs; forgets what stood for the same file before. */
    void bound(PinnedSocket socket, Bytes path, boolean differs) {
        Optional<UnixTable.File> file = fileOf(socket);
        synchronized (spelled) {
            file.ifPresent(spelled::remove);
            if (differs && file.isPresent()) {
                makeRoom();
                spelled.put(file.get(), path);
            }
        }
    }

    /** Remembers where a socket was just connected to, if that is a file whose name is told in another spelling. */
    void connected(PinnedSocket client, PinnedPath object) {
        if (size() == 0) {
            return;
        }
        int inode = (int) Inode.of(object.fd()).number();
        long cookie = client.cookie();
        synchronized (spelled) {
            List<Bytes> paths = spelled.entrySet().stream()
                    .filter(each -> each.getKey().inode() == inode)
                    .map(Map.Entry::getValue)
                    .toList();
            reached.remove(cookie);
            if (paths.size() == 1) {
                reached.put(cookie, paths.get(0));
            }
            if (reached.size() > capacity) {
                reached.remove(reached.keySet().iterator().next());
            }
        }
    }

    /** How many entries there are. */
    public int size() {
        synchronized (spelled) {
            return spelled.size();
        }
    }

    /** The socket is bound by now, so that nothing here may fail the call: at worst a name is told in another spelling. */
    private Optional<UnixTable.File> fileOf(PinnedSocket socket) {
        try {
            return table.find(socket.inode(), socket.cookie()).flatMap(UnixTable.Entry::file);
        } catch (SysException e) {
            LOG.warn("a bound socket's name is kept as the kernel has it", e);
            return Optional.empty();
        }
    }

    private void makeRoom() {
        if (spelled.size() >= capacity) {
            spelled.keySet().retainAll(table.files());
        }
        if (spelled.size() >= capacity) {
            spelled.remove(spelled.keySet().iterator().next());
        }
    }

    private Attempt<Address> name(PinnedSocket socket, int call) {
        Scratch scratch = Scratch.get();
        int length = socket.name(call, scratch);
        if (length < 0) {
            return Attempt.failed(-length);
        }
        Address told = SocketAddresses.decode(scratch.address, 0, length);
        boolean relative = told instanceof UnixPath path && path.path().at(0) != '/';
        return Attempt.of(relative && size() > 0 ? spelled(socket, told, call) : told);
    }

    private Address spelled(PinnedSocket socket, Address told, int call) {
        boolean peer = call == Nr.GETPEERNAME;
        Optional<UnixTable.Entry> entry = table.find(socket.inode(), socket.cookie());
        Optional<UnixTable.File> file = (peer ? entry.flatMap(table::peer) : entry).flatMap(UnixTable.Entry::file);
        synchronized (spelled) {
            return file.map(spelled::get)
                    .or(() -> Optional.ofNullable(peer ? reached.get(socket.cookie()) : null))
                    .<Address>map(UnixPath::new)
                    .orElse(told);
        }
    }
}
