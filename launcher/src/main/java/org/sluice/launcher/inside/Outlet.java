package org.sluice.launcher.inside;

import java.io.IOException;
import java.io.OutputStream;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/** A stream of a session's output on its way to the client. */
final class Outlet extends OutputStream {

    /** A line of the protocol stays far below what a socket holds. */
    private static final int MOST = 16384;

    private final Replies replies;
    private final String kind;

    /** Sends lines that begin with {@code kind}. */
    Outlet(Replies replies, String kind) {
        this.replies = replies;
        this.kind = kind;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            for (int at = offset; at < offset + length; at += MOST) {
                replies.tell(kind, Bytes.of(bytes, at, Math.min(offset + length, at + MOST)));
            }
        } catch (SysException e) {
            throw new IOException("the client of the shell has gone", e);
        }
    }
}
