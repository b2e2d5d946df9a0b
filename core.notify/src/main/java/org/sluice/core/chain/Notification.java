package org.sluice.core.chain;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;
import org.sluice.notify.Socket;
import org.sluice.notify.Target;

/** One notification with everything that was copied for it before the first handler runs. Immutable. */
public interface Notification {

    /** The kernel's id. */
    long id();

    /** The system call's number. */
    int number();

    /** The system call's name. */
    String name();

    /** A register argument, 0 to 5. */
    long argument(int index);

    /** Who called. */
    Target target();

    /** The pinned socket, if the call has one. */
    Optional<Socket> socket();

    /** The address as the target wrote it, if the call has one. */
    Optional<Address> address();

    /** The value that the call hands over, if it has one. */
    default Optional<Bytes> data() {
        return Optional.empty();
    }

    /** What the call would open, if it is of that kind; walked when it is first asked for its path. */
    default Optional<Opening> opening() {
        return Optional.empty();
    }

    /**
     * The name under which handlers may serve what the call would open, see {@code VirtualFiles.paths}; empty where no handler
     * could: what has no name, and what is not opened for its content (O_PATH).
     *
     * @param anywhere whether a name outside procfs and sysfs is asked for too, which costs more
     */
    default Optional<String> virtualName(boolean anywhere) {
        return Optional.empty();
    }

    /** The path of a file that the call names, as the target wrote it, if it has one. */
    default Optional<Bytes> spelledPath() {
        return Optional.empty();
    }

    /** {@code address} as policy judges it; resolved once, the same answer each time. */
    Optional<Address> canonical(Address address);

    /** The errno for which {@code address} could not be resolved, or 0. */
    int unresolved(Address address);
}
