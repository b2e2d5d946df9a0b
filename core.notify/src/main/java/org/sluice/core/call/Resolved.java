package org.sluice.core.call;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address;
import org.sluice.target.PinnedPath;

/**
 * The path of a Unix socket as it was found once.
 *
 * @param of what was resolved
 * @param errno why it could not be, or 0
 * @param canonical the path without symbolic links, if it could be resolved
 * @param pin what keeps the object or its parent, if it could be resolved
 */
record Resolved(Address.UnixPath of, int errno, Optional<Address> canonical, @Nullable PinnedPath pin) {

    static Resolved failed(Address.UnixPath path, int errno) {
        return new Resolved(path, errno, Optional.empty(), null);
    }

    /** What keeps the object; only where {@link #errno} is 0. */
    PinnedPath pinned() {
        if (pin == null) {
            throw new IllegalStateException(of + " was resolved without a pin");
        }
        return pin;
    }

    void close() {
        if (pin != null) {
            pin.close();
        }
    }
}
