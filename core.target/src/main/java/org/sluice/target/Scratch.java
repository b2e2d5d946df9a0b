package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * Native memory that one thread uses for the arguments of the calls it makes just now, so that a notification costs no
 * allocation. What is in it is worth nothing once another method of this package has been called.
 */
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** struct iovec, twice: here, then there. */
    final Block vectors = Block.allocate(32);

    /** A name below /proc. */
    final Block name = Block.allocate(64);

    /** struct sockaddr_storage, and room for the NUL that follows a Unix path of full length. */
    final Block address = Block.allocate(SocketAddresses.CAPACITY);

    /** A socket option or a length. */
    final Block word = Block.allocate(8);

    /** struct stat, struct statfs, struct statx, a line of text. */
    final Block record = Block.allocate(256);

    /** A path, or a file below /proc. */
    final Block page = Block.allocate(4096);

    /** Questions about sockets. */
    final SocketLook look = new SocketLook();

    /** What a call refers to. */
    final Capture capture = new Capture();

    /** What a send refers to. */
    final SentCapture sent = new SentCapture(capture);

    private int wakeable;

    private Scratch() {}

    static Scratch get() {
        return OF_THREAD.get();
    }

    /** The native id of the calling thread, which from now on can be woken out of a system call. */
    int wakeable() {
        if (wakeable == 0) {
            WakeSignal.unblock();
            wakeable = (int) Linux.call(Nr.GETTID, 0);
        }
        return wakeable;
    }

    /** Writes {@code /proc/NUMBER/LEAF} to {@link #name} and returns where it is. */
    long proc(int number, String leaf) {
        int at = text(0, "/proc/");
        at = decimal(at, number);
        at = text(at, "/");
        at = text(at, leaf);
        name.putByte(at, 0);
        return name.address();
    }

    /** Writes {@code /proc/NUMBER/fd/FD} to {@link #name} and returns where it is. */
    long procFd(int number, int fd) {
        int at = text(0, "/proc/");
        at = decimal(at, number);
        at = text(at, "/fd/");
        at = decimal(at, fd);
        name.putByte(at, 0);
        return name.address();
    }

    /** Writes {@code /proc/self/fd/FD}, which is the supervisor's own, to {@link #name} and returns where it is. */
    long ownFd(int fd) {
        int at = text(0, "/proc/self/fd/");
        at = decimal(at, fd);
        name.putByte(at, 0);
        return name.address();
    }

    /** Writes a Unix address that leads to what the supervisor's descriptor refers to, to {@link #address}; its length. */
    int pinnedAddress(int fd) {
        int length = 2;
        address.zero(0, SocketAddresses.CAPACITY).putShort(0, SocketAddresses.AF_UNIX);
        ownFd(fd);
        for (; name.getByte(length - 2) != 0; length++) {
            address.putByte(length, name.getByte(length - 2));
        }
        return length + 1;
    }

    private int text(int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            name.putByte(at + i, text.charAt(i));
        }
        return at + text.length();
    }

    private int decimal(int at, int number) {
        int digits = 1;
        for (int rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        int rest = number;
        for (int i = digits - 1; i >= 0; i--) {
            name.putByte(at + i, '0' + rest % 10);
            rest /= 10;
        }
        return at + digits;
    }
}
