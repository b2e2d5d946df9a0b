package org.sluice.launcher.inside;

import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * A terminal's settings (termios(3), ioctl_tty(2)). The structure is the kernel's, which both architectures share: four
 * words of flags, the line discipline, 19 control characters.
 */
final class RawTerminal {

    private static final int TCGETS = 0x5401;
    private static final int TCSETSW = 0x5403;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TERMIOS = 36;
    private static final int INPUT = 0;
    private static final int LOCAL = 12;
    private static final int CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;
    /** BRKINT, INLCR, IGNCR, ICRNL, IXON. */
    private static final int COOKED_INPUT = 0x2 | 0x40 | 0x80 | 0x100 | 0x400;
    /** ISIG, ICANON, ECHO, IEXTEN. */
    private static final int COOKED_LOCAL = 0x1 | 0x2 | 0x8 | 0x8000;

    private final int fd;
    private final Block before;

    private RawTerminal(int fd, Block before) {
        this.fd = fd;
        this.before = before;
    }

    /** Columns and rows. */
    record Size(int columns, int rows) {}

    /** The terminal behind a descriptor, with its settings as they are now; empty if there is none. */
    static Optional<RawTerminal> of(int fd) {
        Block settings = Block.allocate(TERMIOS);
        long result = Calls.with(List.of(settings), Nr.IOCTL, fd, TCGETS, settings.address());
        return result == 0 ? Optional.of(new RawTerminal(fd, settings)) : Optional.empty();
    }

    /** Hands on each key as it is pressed, those for signals too. What is written still gets its carriage returns. */
    void raw() {
        Block raw = Block.of(before.get(0, TERMIOS));
        raw.putInt(INPUT, raw.getInt(INPUT) & ~COOKED_INPUT);
        raw.putInt(LOCAL, raw.getInt(LOCAL) & ~COOKED_LOCAL);
        raw.put(CHARACTERS + VMIN, new byte[] {1}).put(CHARACTERS + VTIME, new byte[] {0});
        SysException.check("set the terminal", set(raw));
    }

    /** As it was when this object was made. A terminal that has been hung up meanwhile has nothing to restore. */
    void restore() {
        set(before);
    }

    private long set(Block settings) {
        return Calls.with(List.of(settings), Nr.IOCTL, fd, TCSETSW, settings.address());
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
