package org.sluice.launcher.inside;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Pollfd;

/** The controlling terminal of this process, opened afresh (tty(4), ioctl_tty(2)). For one thread at a time. */
final class Tty implements AutoCloseable {

    private static final byte[] NAME = "/dev/tty".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_FDCWD = -100;
    private static final int O_RDWR = 2;
    private static final int O_NOCTTY = 0x100;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int TIOCGPGRP = 0x540f;
    private static final int TIOCSPGRP = 0x5410;

    private static final int ROOM_MILLIS = 50;

    private final int fd;
    private final Block buffer = Block.allocate(256);
    private final Block polled = Block.allocate(Pollfd.SIZE + 16);

    private Tty(int fd) {
        this.fd = fd;
    }

    /** Whether there is one. */
    static boolean exists() {
        long fd = openFile();
        if (fd >= 0) {
            Linux.close((int) fd);
        }
        return fd >= 0;
    }

    /**
     * Opens it.
     *
     * @throws IllegalStateException if this process has none
     */
    static Tty open() {
        long fd = openFile();
        if (fd < 0) {
            throw new IllegalStateException("no terminal");
        }
        return new Tty((int) fd);
    }

    private static long openFile() {
        int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
        return Block.cString(NAME).with(path -> Linux.call(Nr.OPENAT, AT_FDCWD, path, flags, 0, 0, 0));
    }

    /** Its settings now. */
    Termios settings() {
        return Termios.of(fd).orElseThrow(() -> new IllegalStateException("the terminal cannot be used: it is gone"));
    }

    /** Sets it once everything has been shown, and throws away what was typed so far and not read. */
    void setAndForget(Termios settings) {
        check(settings.giveAndForget(fd));
    }

    /** Sets it once everything has been shown. */
    void set(Termios settings) {
        check(settings.give(fd));
    }

    /** The process group in its foreground. */
    int foreground() {
        Block value = Block.allocate(4);
        check(ioctl(TIOCGPGRP, value));
        return value.getInt(0);
    }

    /** Puts a process group into the foreground; the caller has SIGTTOU blocked. */
    void setForeground(int group) {
        check(ioctl(TIOCSPGRP, Block.allocate(4).putInt(0, group)));
    }

    /** Shows ASCII text. */
    void show(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Block block = Block.of(bytes);
        int at = 0;
        while (at < bytes.length) {
            long written = Calls.with(List.of(block), Nr.WRITE, fd, block.address() + at, bytes.length - at);
            if (written == -Errno.EAGAIN) {
                // Stopped by Ctrl-S, or slow.
                awaitRoom();
            } else {
                at += (int) check(written);
            }
        }
    }

    /** In steps, between which an interrupt is seen: whoever asked may not want the answer any more. */
    private void awaitRoom() {
        if (Thread.interrupted()) {
            throw new IllegalStateException("the terminal does not show anything");
        }
        isReady(Pollfd.POLLOUT, ROOM_MILLIS);
    }

    private boolean isReady(int events, int millis) {
        polled.putInt(Pollfd.FD, fd).putShort(Pollfd.EVENTS, events).putShort(Pollfd.REVENTS, 0);
        polled.putLong(Pollfd.SIZE, 0).putLong(Pollfd.SIZE + 8, millis * 1_000_000L);
        return Calls.with(List.of(polled), Nr.PPOLL, polled.address(), 1, polled.address() + Pollfd.SIZE, 0, 8) > 0;
    }

    /**
     * What was typed, waiting for it up to {@code millis}.
     *
     * @return empty if nothing was; a byte 4 (Ctrl-D) for an end of input
     */
    byte[] typed(int millis) {
        if (!isReady(Pollfd.POLLIN, millis)) {
            return new byte[0];
        }
        long length = Calls.with(List.of(buffer), Nr.READ, fd, buffer.address(), buffer.size());
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
            // Another process that reads the terminal was faster.
            return new byte[0];
        }
        return length == 0 ? new byte[] {4} : buffer.get(0, (int) check(length));
    }

    private long ioctl(int request, Block value) {
        return Calls.with(List.of(value), Nr.IOCTL, fd, request, value.address());
    }

    private static long check(long result) {
        if (result < 0) {
            throw new IllegalStateException("the terminal cannot be used: " + Errno.describe((int) -result));
        }
        return result;
    }

    @Override
    public void close() {
        Linux.close(fd);
    }
}
