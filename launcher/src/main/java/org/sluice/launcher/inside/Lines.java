package org.sluice.launcher.inside;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.sluice.notify.Bytes;

/**
 * The control protocol: lines of ASCII, words divided by a blank, what is not a plain word in Base64. A client sends one
 * request that ends with an empty line, the three standard streams along with its first byte; after that {@code signal N}.
 * The supervisor answers with lines {@code text BASE64}, and at the end with {@code exit N} or {@code error N BASE64}.
 */
final class Lines {

    /** A request is bounded as a command line is (execve(2)). */
    private static final int LARGEST = 8 << 20;

    private final UnixSocket socket;
    private final int sender;
    private final List<Integer> descriptors = new ArrayList<>();
    private ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private byte[] bytes = new byte[0];
    private int at;

    Lines(UnixSocket socket) {
        this(socket, 0);
    }

    /** Takes what the process {@code sender} sends, from nobody else. */
    Lines(UnixSocket socket, int sender) {
        this.socket = socket;
        this.sender = sender;
    }

    /** The descriptors that came so far. */
    List<Integer> descriptors() {
        return descriptors;
    }

    /** The next line without its end; empty at the end of the stream. */
    Optional<String> next() {
        while (true) {
            for (int i = at; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    pending.write(bytes, at, i - at);
                    at = i + 1;
                    String line = pending.toString(StandardCharsets.US_ASCII);
                    pending = new ByteArrayOutputStream();
                    return Optional.of(line);
                }
            }
            pending.write(bytes, at, bytes.length - at);
            if (pending.size() > LARGEST) {
                throw Failure.of("a control request is larger than " + LARGEST + " bytes");
            }
            UnixSocket.Received received = socket.receive();
            descriptors.addAll(received.descriptors());
            bytes = received.bytes().toArray();
            if (sender != 0 && bytes.length > 0 && received.sender() != sender) {
                throw Failure.of("another process than the one that connected, " + received.sender()
                        + ", may not use a control socket");
            }
            at = 0;
            if (bytes.length == 0) {
                return Optional.empty();
            }
        }
    }

    static String encode(Bytes value) {
        return Base64.getEncoder().encodeToString(value.toArray());
    }

    static Bytes decode(String value) {
        try {
            return Bytes.of(Base64.getDecoder().decode(value));
        } catch (IllegalArgumentException e) {
            throw new Failure(125, "a control message is no Base64: " + e.getMessage());
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
