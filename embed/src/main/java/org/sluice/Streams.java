package org.sluice;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * The standard streams of a process to be started: a descriptor for each, which is the target's end, and this JVM's end where
 * it is a pipe (pipe2(2)). Java cannot be given a descriptor, so its end is opened anew through {@code /proc/self/fd}
 * (proc(5)), which for a pipe is another way to the same one. Closing
 * lets the target's ends go, once it has them.
 */
final class Streams implements AutoCloseable {

    private static final int AT_FDCWD = -100;
    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0100;
    private static final int O_TRUNC = 01000;
    private static final int O_APPEND = 02000;
    private static final int O_CLOEXEC = 02000000;
    private static final int MODE = 0666;

    private final int[] target = {0, 1, 2};
    private final List<Integer> opened = new ArrayList<>();
    private OutputStream toInput = OutputStream.nullOutputStream();
    private InputStream fromOutput = InputStream.nullInputStream();
    private InputStream fromError = InputStream.nullInputStream();
    private boolean kept;

    private Streams() {}

    /**
     * Opens what is asked for; nothing stays open after a failure.
     *
     * @throws IOException if a file cannot be opened
     */
    static Streams open(Redirect input, Redirect output, Redirect error, boolean mergesError) throws IOException {
        Streams streams = new Streams();
        try {
            streams.connect(0, input);
            streams.connect(1, output);
            if (mergesError) {
                streams.target[2] = streams.target[1];
            } else {
                streams.connect(2, error);
            }
            return streams;
        } catch (IOException | RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    private void connect(int number, Redirect redirect) throws IOException {
        switch (redirect.type()) {
            case PIPE -> pipe(number);
            case INHERIT -> {}
            case READ -> file(number, redirect, 0);
            case WRITE -> file(number, redirect, O_WRONLY | O_CREAT | O_TRUNC);
            case APPEND -> file(number, redirect, O_WRONLY | O_CREAT | O_APPEND);
        }
    }

    private void pipe(int number) throws IOException {
        Block ends = Block.allocate(8);
        SysException.check("pipe2", ends.with(at -> Linux.call(Nr.PIPE2, at, O_CLOEXEC)));
        int read = ends.getInt(0);
        int write = ends.getInt(4);
        target[number] = number == 0 ? read : write;
        opened.add(target[number]);
        int own = number == 0 ? write : read;
        try {
            String path = "/proc/self/fd/" + own;
            switch (number) {
                case 0 -> toInput = new BufferedOutputStream(new FileOutputStream(path));
                case 1 -> fromOutput = new BufferedInputStream(new PipeInput(new FileInputStream(path)));
                default -> fromError = new BufferedInputStream(new PipeInput(new FileInputStream(path)));
            }
        } finally {
            Linux.close(own);
        }
    }

    private void file(int number, Redirect redirect, int flags) throws IOException {
        String name = Objects.requireNonNull(redirect.file()).getPath();
        Block path = Block.cString(name.getBytes(StandardCharsets.UTF_8));
        long fd = path.with(at -> Linux.call(Nr.OPENAT, AT_FDCWD, at, flags | O_CLOEXEC, MODE, 0, 0));
        if (fd < 0) {
            throw new IOException(
                    "cannot open " + name + " for standard stream " + number + ": " + Errno.describe((int) -fd));
        }
        target[number] = (int) fd;
        opened.add((int) fd);
    }

    /** The descriptor that becomes {@code number} in the target. */
    int target(int number) {
        return target[number];
    }

    /** Writes to the target's standard input; nowhere if that is no pipe. */
    OutputStream toInput() {
        return toInput;
    }

    /** Reads the target's standard output; at its end if that is no pipe. */
    InputStream fromOutput() {
        return fromOutput;
    }

    /** Reads the target's standard error; at its end if that is no pipe. */
    InputStream fromError() {
        return fromError;
    }

    /** The process has started and owns this JVM's ends. */
    void keep() {
        kept = true;
    }

    /** Closes the target's ends in this JVM, and both where no process has started. */
    @Override
    public void close() throws IOException {
        opened.forEach(Linux::close);
        opened.clear();
        if (!kept) {
            toInput.close();
            fromOutput.close();
            fromError.close();
        }
    }
}
