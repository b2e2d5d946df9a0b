package org.sluice.target;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address.UnixAbstract;

/**
 * Who connected and who listened, where the supervisor did it in a target's place (SO_PEERCRED and SO_PEERPIDFD,
 * unix(7)): the kernel takes down whoever makes the call, and that was the supervisor. Kept by the sockets' cookies, as of
 * connect(2) and listen(2), also when the process has ended since.
 *
 * <p>A server's socket is not known when its client connects: it comes into being with accept(2), which nobody is told
 * of. It is found from its other end, by the kernel's table of Unix sockets. Where the other end is closed already, the
 * process is told only if all closed connections to the same place that nobody was found for come from it: no process can
 * be made to look like another one.
 *
 * <p>Bounded: when it is full, entries go whose sockets are gone, then the oldest. A place of which something had to go
 * that may still be asked for is remembered, and nothing is concluded about it any more. Thread-safe.
 */
public final class Peers implements AutoCloseable {

    private static final int SOCK_DGRAM = 2;
    private static final int ENODATA = 61;

    private final UnixTable table;
    private final int capacity;
    private final Processes processes = new Processes();
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    private final Map<Long, Listening> listening = new LinkedHashMap<>();
    private final Map<Long, Party> accepted = new LinkedHashMap<>();
    private final Blurred blurred = new Blurred();

    /** Of at most {@code capacity} connections, and as many listeners. */
    public Peers(UnixTable table, int capacity) {
        this.table = table;
        this.capacity = capacity;
    }

    /**
     * A process as a socket's credentials show it.
     *
     * @param pid its process id
     * @param uid the effective user of its thread
     * @param gid the effective group
     * @param process what refers to it
     */
    public record Party(int pid, int uid, int gid, Processes.Handle process) {}

    private static final class Connection {
        final Party from;
        final @Nullable Party to;
        final @Nullable Place place;
        /** Whether the socket at the other end is known. */
        boolean found;
        /** Whether this, and not another attempt of the same socket, has been entered. */
        boolean entered;

        Connection(Party from, @Nullable Party to, @Nullable Place place) {
            this.from = from;
            this.to = to;
            this.place = place;
        }
    }

    private record Listening(Party by, @Nullable Place place) {}

    /** Whether the kernel takes credentials down for this socket at all. */
    public static boolean areTaken(PinnedSocket socket) {
        return socket.domain() == SocketAddresses.AF_UNIX && socket.type() != SOCK_DGRAM;
    }

    /**
     * Who a thread is, now.
     *
     * @param thread its pidfd
     * @return or ESRCH if it has ended
     */
    public Attempt<Party> party(int tid, Pidfd thread) {
        return processes.party(tid, thread);
    }

    /** For a party that is handed over to no call. */
    public void release(Party party) {
        processes.release(party);
    }

    /**
     * Connects, and keeps who did.
     *
     * @param from the target; this takes it over
     * @param object the file that it connects to, if it is one
     * @param name the name that it connects to, if it is one
     * @param call the call itself; 0 or a negative errno
     * @return its result
     */
    public int connect(
            PinnedSocket client,
            Party from,
            @Nullable PinnedPath object,
            @Nullable UnixAbstract name,
            IntSupplier call) {
        Place place = Place.of(client, object, name);
        long cookie = client.cookie();
        // The server may ask before connect(2) has returned here.
        Connection made = begin(cookie, from, place);
        int result = call.getAsInt();
        synchronized (this) {
            if (result == 0 && !made.entered) {
                forget(connections.put(cookie, made));
            } else if (result != 0 && (!made.entered || connections.remove(cookie, made))) {
                forget(made);
            }
        }
        return result;
    }

    /** Another connect(2) of the same socket may be in progress, or have succeeded: then this one will fail. */
    private synchronized Connection begin(long cookie, Party from, @Nullable Place place) {
        makeRoom();
        Party to = place == null ? null : listener(place);
        Connection made = new Connection(from, to == null ? null : processes.share(to), place);
        made.entered = connections.putIfAbsent(cookie, made) == null;
        return made;
    }

    /**
     * Listens, and keeps who did.
     *
     * @param by the target; this takes it over
     * @param call the call itself; 0 or a negative errno
     * @return its result
     */
    public int listen(PinnedSocket socket, Party by, IntSupplier call) {
        long cookie = socket.cookie();
        Listening before;
        Listening made = new Listening(by, place(socket));
        synchronized (this) {
            makeRoom();
            before = listening.put(cookie, made);
        }
        int result = call.getAsInt();
        synchronized (this) {
            if (result == 0) {
                forget(before);
            } else {
                if (before == null) {
                    listening.remove(cookie);
                } else {
                    listening.put(cookie, before);
                }
                forget(made);
            }
        }
        return result;
    }

    /**
     * Who is at the other end of a socket whose credentials name the supervisor; for a socket that listens, who did that.
     * Empty if nobody can be told for certain.
     */
    public synchronized Optional<Party> of(PinnedSocket socket) {
        long cookie = socket.cookie();
        Listening own = listening.get(cookie);
        Connection made = connections.get(cookie);
        Party known = own != null ? own.by : made != null ? made.to : accepted.get(cookie);
        if (known == null && made == null) {
            known = client(socket);
        }
        return Optional.ofNullable(known);
    }

    /**
     * A descriptor that refers to the process of {@link #of}, close-on-exec, for the caller to close.
     *
     * @return or -ENODATA if nobody can be told for certain, or another negative errno
     */
    public synchronized int pidfd(PinnedSocket socket) {
        return of(socket).map(party -> party.process().copy()).orElse(-ENODATA);
    }

    /** How many connections and listeners are kept. */
    public synchronized int size() {
        return connections.size() + listening.size();
    }

    @Override
    public synchronized void close() {
        connections.values().forEach(this::forget);
        listening.values().forEach(this::forget);
        accepted.values().forEach(processes::release);
        connections.clear();
        listening.clear();
        accepted.clear();
    }

    private @Nullable Party client(PinnedSocket socket) {
        UnixTable.Entry entry = table.find(socket.inode(), socket.cookie()).orElse(null);
        if (entry == null) {
            return null;
        }
        if (entry.peer() != 0) {
            // An inode comes again: only who is connected to this socket is its other end.
            Optional<UnixTable.Entry> peer = table.peer(entry).filter(end -> end.peer() == (int) socket.inode());
            return peer.isEmpty() ? null : found(socket, peer.get().cookie());
        }
        return closed(socket, entry);
    }

    private @Nullable Party closed(PinnedSocket socket, UnixTable.Entry entry) {
        Place place = Place.of(socket, entry);
        if (place == null || blurred.covers(place)) {
            return null;
        }
        List<Long> candidates = connections.entrySet().stream()
                .filter(each -> !each.getValue().found && place.equals(each.getValue().place))
                .map(Map.Entry::getKey)
                .toList();
        Set<Long> alive = table.alive(candidates);
        Set<Processes.Handle> processesOf = new HashSet<>();
        long last = 0;
        for (long candidate : candidates) {
            Connection each = connections.get(candidate);
            if (each != null && !alive.contains(candidate)) {
                processesOf.add(each.from.process);
                last = candidate;
            }
        }
        return processesOf.size() == 1 ? found(socket, last) : null;
    }

    /** Keeps what was found: the other end may be closed when the question comes again. */
    private @Nullable Party found(PinnedSocket socket, long client) {
        Connection made = connections.get(client);
        if (made == null) {
            return null;
        }
        made.found = true;
        accepted.put(socket.cookie(), processes.share(made.from));
        return made.from;
    }

    /** Who listens at a place: one, or nobody that could be told for certain. */
    private @Nullable Party listener(Place place) {
        Party one = null;
        if (blurred.covers(place)) {
            return null;
        }
        List<Long> cookies = listening.entrySet().stream()
                .filter(each -> place.equals(each.getValue().place))
                .map(Map.Entry::getKey)
                .toList();
        Set<Long> alive = cookies.size() > 1 ? table.alive(cookies) : Set.copyOf(cookies);
        for (long cookie : alive) {
            Listening each = listening.get(cookie);
            if (each != null && one != null && each.by.process != one.process) {
                return null;
            }
            one = each == null ? one : each.by;
        }
        return one;
    }

    private @Nullable Place place(PinnedSocket socket) {
        UnixTable.Entry entry = table.find(socket.inode(), socket.cookie()).orElse(null);
        return entry == null ? null : Place.of(socket, entry);
    }

    private void makeRoom() {
        int fullest = Math.max(connections.size(), Math.max(listening.size(), accepted.size()));
        if (fullest < capacity) {
            return;
        }
        Set<Long> all = new HashSet<>(connections.keySet());
        all.addAll(listening.keySet());
        all.addAll(accepted.keySet());
        Set<Long> alive = table.alive(all);
        shrink(connections, alive, gone -> {
            // The client is gone, but not for certain the server's socket that nobody asked about.
            blurred.add(gone.found ? null : gone.place);
            forget(gone);
        });
        shrink(listening, alive, gone -> {
            blurred.add(gone.place);
            forget(gone);
        });
        shrink(accepted, alive, processes::release);
    }

    /** Takes out what is gone, and the oldest quarter if that is not enough. */
    private <T> void shrink(Map<Long, T> map, Set<Long> alive, Consumer<T> forget) {
        Set<Long> leaving = new LinkedHashSet<>(map.keySet());
        leaving.removeAll(alive);
        if (map.size() - leaving.size() >= capacity) {
            map.keySet().stream().limit(capacity / 4 + 1).forEach(leaving::add);
        }
        for (long cookie : leaving) {
            T gone = map.remove(cookie);
            if (gone != null) {
                forget.accept(gone);
            }
        }
    }

    private void forget(@Nullable Connection connection) {
        if (connection != null) {
            processes.release(connection.from);
            if (connection.to != null) {
                processes.release(connection.to);
            }
        }
    }

    private void forget(@Nullable Listening socket) {
        if (socket != null) {
            processes.release(socket.by);
        }
    }
}
