package org.sluice.launcher.inside;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;

/**
 * Settings of a terminal: struct termios of the kernel (include/uapi/asm-generic/termbits.h), which the architectures share,
 * and the requests of ioctl_tty(2) for it. Immutable.
 */
final class Termios {

    private static final int SIZE = 36;
    private static final int TCGETS = 0x5401;
    private static final int TCSETSW = 0x5403;
    private static final int TCSETSF = 0x5404;

    private static final int INPUT = 0;
    private static final int OUTPUT = 4;
    private static final int LOCAL = 12;
    private static final int CHARACTERS = 17;
    private static final int CHARACTER_COUNT = 19;

    private static final int ICRNL = 0x100;
    private static final int IXON = 0x400;
    private static final int OPOST_ONLCR = 5;
    /** ISIG, ICANON, ECHO, ECHOE, ECHOK, ECHOCTL, IEXTEN; with ECHOCTL no control character is echoed as such. */
    private static final int LINES = 1 | 2 | 8 | 0x10 | 0x20 | 0x200 | 0x8000;

    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /** BRKINT, INLCR, IGNCR, ICRNL, IXON. */
    private static final int COOKED_INPUT = 0x2 | 0x40 | 0x80 | ICRNL | IXON;
    /** ISIG, ICANON, ECHO, IEXTEN. */
    private static final int COOKED_LOCAL = 0x1 | 0x2 | 0x8 | 0x8000;

    /** VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSWTC, VSTART, VSTOP, VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE, VLNEXT. */
    private static final byte[] STANDARD = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22};

    private final byte[] bytes;

    Termios(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** Those of the terminal behind a descriptor; empty if there is none. */
    static Optional<Termios> of(int fd) {
        Block value = Block.allocate(SIZE);
        long result = Calls.with(List.of(value), Nr.IOCTL, fd, TCGETS, value.address());
        return result < 0 ? Optional.empty() : Optional.of(new Termios(value.get(0, SIZE)));
    }

    /** Gives them to a terminal once everything has been shown there; 0 or a negative errno. */
    long give(int fd) {
        return give(fd, TCSETSW);
    }

    /** The same, and throws away what was typed so far and not read. */
    long giveAndForget(int fd) {
        return give(fd, TCSETSF);
    }

    private long give(int fd, int request) {
        Block value = Block.of(bytes);
        return Calls.with(List.of(value), Nr.IOCTL, fd, request, value.address());
    }

    /** The same line, but each key is handed on as it is pressed, those for signals too. What is written stays as it was. */
    Termios raw() {
        Block all = Block.of(bytes);
        all.putInt(INPUT, all.getInt(INPUT) & ~COOKED_INPUT).putInt(LOCAL, all.getInt(LOCAL) & ~COOKED_LOCAL);
        all.put(CHARACTERS + VMIN, new byte[] {1}).put(CHARACTERS + VTIME, new byte[] {0});
        return new Termios(all.get(0, SIZE));
    }

    /** The same line with lines of input, edited and echoed as a person expects it, whatever a program had made of it. */
    Termios forPeople() {
        Block all = Block.of(bytes);
        all.putInt(INPUT, ICRNL | IXON).putInt(OUTPUT, OPOST_ONLCR).putInt(LOCAL, LINES);
        all.put(CHARACTERS, Arrays.copyOf(STANDARD, CHARACTER_COUNT));
        return new Termios(all.get(0, SIZE));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Termios that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
