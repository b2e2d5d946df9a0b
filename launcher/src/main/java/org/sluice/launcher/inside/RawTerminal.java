package org.sluice.launcher.inside;

import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** The terminal behind a descriptor, whose settings are changed for a while (ioctl_tty(2)). */
final class RawTerminal {

    private static final int TIOCGWINSZ = 0x5413;

    private final int fd;
    private final Termios before;

    private RawTerminal(int fd, Termios before) {
        this.fd = fd;
        this.before = before;
    }

    /** Columns and rows. */
    record Size(int columns, int rows) {}

    /** The terminal behind a descriptor, with its settings as they are now; empty if there is none. */
    static Optional<RawTerminal> of(int fd) {
        return Termios.of(fd).map(settings -> new RawTerminal(fd, settings));
    }

    /** Hands on each key as it is pressed, those for signals too. What is written still gets its carriage returns. */
    void raw() {
        SysException.check("set the terminal", before.raw().give(fd));
    }

    /** As it was when this object was made. A terminal that has been hung up meanwhile has nothing to restore. */
    void restore() {
        before.give(fd);
    }

    /** Its size now; that of an old terminal where it does not know. */
    Size size() {
        Block size = Block.allocate(8);
        long result = Calls.with(List.of(size), Nr.IOCTL, fd, TIOCGWINSZ, size.address());
        int rows = size.getShort(0);
        int columns = size.getShort(2);
        return result == 0 && rows > 0 && columns > 0 ? new Size(columns, rows) : new Size(80, 24);
    }
}
