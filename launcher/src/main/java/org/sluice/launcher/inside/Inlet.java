package org.sluice.launcher.inside;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** What a client types, from the one thread that receives it to the one that reads it. */
final class Inlet extends InputStream {

    private static final int WAITING = 256;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(WAITING);
    private byte[] current = {};
    private int at;

    /** Adds bytes; waits while nobody reads and much is there. */
    void add(byte[] bytes) throws InterruptedException {
        if (bytes.length > 0) {
            waiting.put(bytes);
        }
    }

    /** Nothing will follow. */
    void end() throws InterruptedException {
        waiting.put(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == current.length) {
            if (!next()) {
                return -1;
            }
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws IOException {
        try {
            byte[] taken = waiting.take();
            if (taken == END) {
                // Whoever asks again is told again.
                waiting.put(END);
                return false;
            }
            current = taken;
            at = 0;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for input");
        }
    }

    @Override
    public synchronized int available() {
        return current.length - at;
    }
}
