package org.sluice.launcher.inside;

import java.util.List;
import org.sluice.notify.Bytes;

/** The lines that a supervisor sends to one client; whole lines, whichever thread sends. Thread-safe. */
final class Replies {

    private final UnixSocket socket;

    Replies(UnixSocket socket) {
        this.socket = socket;
    }

    /** A line as it is. */
    synchronized void tell(String line) {
        socket.send(Lines.ascii(line + "\n"), List.of());
    }

    /** A line of a kind, with content. */
    void tell(String kind, Bytes content) {
        tell(kind + " " + Lines.encode(content));
    }

    /** The last line of a request that failed. */
    void fail(int status, String message) {
        tell("error " + status, Bytes.utf8(message));
    }
}
