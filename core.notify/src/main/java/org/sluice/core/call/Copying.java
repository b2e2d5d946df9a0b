package org.sluice.core.call;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.target.Attempt;
import org.sluice.target.MessageReader;
import org.sluice.target.Pidfds;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SocketAddresses;
import org.sluice.target.TargetMemory;

/** Takes what a call's arguments refer to. Errors are the positive errno that the target gets. Thread-safe. */
final class Copying {

    private final Pidfds pidfds;
    private final TargetMemory memory;
    private final MessageReader messages;

    Copying(Pidfds pidfds, TargetMemory memory) {
        this.pidfds = pidfds;
        this.memory = memory;
        this.messages = new MessageReader(memory, pidfds);
    }

    /** Reads what is sent. */
    MessageReader messages() {
        return messages;
    }

    /** Pins the socket that the descriptor in the first argument refers to. */
    int pin(ReceivedCall call) {
        Attempt<PinnedSocket> pinned = PinnedSocket.pin(pidfds, call.tid(), (int) call.argument(0));
        if (!pinned.succeeded()) {
            return visible(pinned.errno());
        }
        call.pinned(pinned.get());
        return 0;
    }

    /** Reads all of {@code length} bytes. */
    int read(ReceivedCall call, long from, Block into, int offset, int length) {
        int read = memory.readFully(call.tid(), from, into, offset, length);
        return read < 0 ? visible(-read) : 0;
    }

    /**
     * Reads how much room there is for an address. The kernel looks only when it has one to write, so a bad length is told
     * by then.
     *
     * @return the length, or the negative errno that the call then fails with; 0 where no address is wanted
     */
    int capacity(ReceivedCall call, long address, long length, Block scratch) {
        if (address == 0) {
            return 0;
        }
        int errno = read(call, length, scratch, 0, 4);
        return errno != 0 ? -errno : scratch.getInt(0) < 0 ? -Errno.EINVAL : scratch.getInt(0);
    }

    /** Reads a socket address, as move_addr_to_kernel in net/socket.c does. */
    int readAddress(ReceivedCall call, long from, int length, Block into) {
        return length < 0 || length > SocketAddresses.CAPACITY ? Errno.EINVAL : read(call, from, into, 0, length);
    }

    /**
     * Whether an address of this length says of which family it is; sockets of no family take one that does not. How long
     * it must be otherwise, and which error comes of it, is for the socket's own family to say.
     */
    static int hasFamily(int length) {
        return length < SocketAddresses.FAMILY_SIZE ? Errno.EINVAL : 0;
    }

    /** ESRCH means that the target is gone; whatever is answered then, nobody sees it. */
    static int visible(int errno) {
        return errno == Errno.ESRCH ? Errno.EPERM : errno;
    }
}
