package org.sluice.core.call;

import java.util.function.Consumer;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.target.Attempt;
import org.sluice.target.Capture;
import org.sluice.target.MessageReader;
import org.sluice.target.Pidfds;
import org.sluice.target.PinnedSocket;
import org.sluice.target.SentCapture;
import org.sluice.target.SocketAddresses;
import org.sluice.target.TargetMemory;

/** Takes what a call's arguments refer to. Errors are the positive errno that the target gets. Thread-safe. */
final class Copying {

    private final Pidfds pidfds;
    private final TargetMemory memory;
    private final MessageReader messages;
    private final int listener;
    private final Consumer<PinnedSocket> recognise;

    /**
     * For one sandbox.
     *
     * @param recognise told of each socket that is pinned
     */
    Copying(Pidfds pidfds, TargetMemory memory, int listener, Consumer<PinnedSocket> recognise) {
        this.pidfds = pidfds;
        this.memory = memory;
        this.listener = listener;
        this.recognise = recognise;
        this.messages = new MessageReader(memory, pidfds);
    }

    /** Reads what is sent. */
    MessageReader messages() {
        return messages;
    }

    /** Pins the socket that the descriptor in the first argument refers to. */
    int pin(ReceivedCall call) {
        Attempt<PinnedSocket> socket = PinnedSocket.pin(pidfds, call.tid(), (int) call.argument(0));
        if (!socket.succeeded()) {
            return visible(socket.errno());
        }
        recognise.accept(socket.get());
        call.pinned(socket.get());
        return 0;
    }

    /** Pins the socket of a sendto(2) and copies its message in one go, and asks whether the call still waits. */
    int pinSent(ReceivedCall call) {
        SentCapture capture = SentCapture.ofThread();
        Block room = messages.room();
        Attempt<PinnedSocket> pinned = capture.take(pidfds, call.tid(), call.registers(), room, listener, call.id());
        if (!pinned.succeeded()) {
            messages.give(room);
            return visible(pinned.errno());
        }
        call.pinned(pinned.get());
        if (capture.waits()) {
            call.confirm();
        }
        recognise.accept(pinned.get());
        return SendCall.take(call, messages.captured(pinned.get(), call.registers(), room));
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

    /**
     * Reads a string up to its NUL.
     *
     * @return its length, or a negative errno
     */
    int readString(ReceivedCall call, long from, Block into, int offset, int capacity) {
        int length = memory.readString(call.tid(), from, into, offset, capacity);
        return length < 0 ? -visible(-length) : length;
    }

    /**
     * The same as {@link #pin} and one {@link #read}, in one go, for calls that read nothing else: whether the call still
     * waits is asked here too.
     *
     * @return the errno of the pinning; that of the reading is {@link #readError}, also after ENOTSOCK
     */
    int pinReading(ReceivedCall call, long from, Block into, int length) {
        Capture capture = Capture.ofThread();
        Attempt<PinnedSocket> pinned =
                capture.take(pidfds, call.tid(), (int) call.argument(0), from, into, length, listener, call.id());
        if (!pinned.succeeded()) {
            return visible(pinned.errno());
        }
        recognise.accept(pinned.get());
        call.pinned(pinned.get());
        if (capture.waits()) {
            call.confirm();
        }
        return 0;
    }

    /** The errno of the reading of the last {@link #pinReading} on this thread. */
    int readError() {
        return visible(-Capture.ofThread().read());
    }

    /** Reads a socket address, as move_addr_to_kernel in net/socket.c does, and pins as {@link #pinReading}. */
    int pinReadingAddress(ReceivedCall call, long from, int length, Block into) {
        return isAddressLength(length) ? pinReading(call, from, into, length) : pin(call);
    }

    /** The errno of the address of the last {@link #pinReadingAddress} on this thread, which was of this length. */
    int addressError(int length) {
        return isAddressLength(length) ? readError() : Errno.EINVAL;
    }

    private static boolean isAddressLength(int length) {
        return length >= 0 && length <= SocketAddresses.CAPACITY;
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
