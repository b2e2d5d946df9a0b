package org.sluice.target;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Socket;

/**
 * A socket that no descriptor refers to, such as the TCP socket inside one of MPTCP, as the kernel's table shows it.
 *
 * @param outer the socket that it is part of
 * @param protocol its own
 * @param cookie its own
 */
record ListedSocket(Socket outer, int protocol, long cookie) implements Socket {

    /** It has none. */
    @Override
    public long inode() {
        return 0;
    }

    @Override
    public int domain() {
        return outer.domain();
    }

    @Override
    public int type() {
        return outer.type();
    }

    @Override
    public long namespace() {
        return outer.namespace();
    }

    @Override
    public boolean v6Only() {
        return outer.v6Only();
    }

    @Override
    public Optional<Address> local() {
        return outer.local();
    }

    @Override
    public Optional<Address> peer() {
        return outer.peer();
    }
}
