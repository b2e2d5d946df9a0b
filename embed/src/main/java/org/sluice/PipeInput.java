package org.sluice;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads a pipe. A {@link FileInputStream} alone asks for the position in its file to skip or to read all, and a pipe has none. */
final class PipeInput extends InputStream {

    private final FileInputStream pipe;

    PipeInput(FileInputStream pipe) {
        this.pipe = pipe;
    }

    @Override
    public int read() throws IOException {
        return pipe.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return pipe.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
        return pipe.available();
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
