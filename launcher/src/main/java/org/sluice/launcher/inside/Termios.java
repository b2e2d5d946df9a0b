package org.sluice.launcher.inside;

import java.util.Arrays;
import org.sluice.linux.Block;

/** Settings of a terminal: struct termios of the kernel (include/uapi/asm-generic/termbits.h). Immutable. */
final class Termios {

    static final int SIZE = 36;

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

    /** VINTR, VQUIT, VERASE, VKILL, VEOF, VTIME, VMIN, VSWTC, VSTART, VSTOP, VSUSP, VEOL, VREPRINT, VDISCARD, VWERASE, VLNEXT. */
    private static final byte[] STANDARD = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22};

    private final byte[] bytes;

    Termios(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
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
