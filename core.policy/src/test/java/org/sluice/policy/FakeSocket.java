package org.sluice.policy;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Socket;

/** A socket that is nothing but its cookie. */
record FakeSocket(long cookie) implements Socket {

    @Override
    public long inode() {
        return cookie;
    }

    @Override
    public int domain() {
        return 1;
    }

    @Override
    public int type() {
        return 1;
    }

    @Override
    public int protocol() {
        return 0;
    }

    @Override
    public long namespace() {
        return 0;
    }

    @Override
    public Optional<Address> local() {
        return Optional.empty();
    }

    @Override
    public Optional<Address> peer() {
        return Optional.empty();
    }
}
