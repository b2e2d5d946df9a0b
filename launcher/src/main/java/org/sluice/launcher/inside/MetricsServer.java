package org.sluice.launcher.inside;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import org.sluice.core.SandboxFactory;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Serves the counters to Prometheus and whoever else reads its format: HTTP/1.0 (RFC 1945) over a Unix-domain socket. Who may
 * ask is decided as for the control socket. It is bound before the core starts, which protects the supervisor's places by
 * what they are at that moment.
 */
final class MetricsServer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 5;
    private static final int LARGEST_REQUEST = 8192;
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final Path path;
    private final UnixSocket socket;
    private final int uid = (int) Linux.call(Nr.GETUID, 0);
    private volatile boolean closed;

    private MetricsServer(Path path, UnixSocket socket) {
        this.path = path;
        this.socket = socket;
    }

    /** Takes the name; what an ended supervisor left there is replaced, anything else refused. */
    static MetricsServer open(Path path) {
        UnixSocket socket = UnixSocket.create();
        socket.keepPrivate();
        long result = socket.listen(path.toString());
        if (result == -Errno.EADDRINUSE && isSocket(path) && ControlServer.isDead(path)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw Failure.of("cannot remove the socket of an ended supervisor, " + path + ": " + e);
            }
            result = socket.listen(path.toString());
        }
        if (result < 0) {
            socket.close();
            throw Failure.of("--metrics " + path + ": "
                    + (result == -Errno.EADDRINUSE ? "there is something already" : Errno.describe((int) -result))
                    + "; name a new file in a folder of yours");
        }
        socket.identifySenders();
        return new MetricsServer(path, socket);
    }

    private static boolean isSocket(Path path) {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & S_IFMT) == S_IFSOCK;
        } catch (IOException e) {
            return false;
        }
    }

    /** Answers from now on, one after another on a thread of its own; a client that is slow has its time. */
    void serve(Supplier<Optional<SandboxFactory>> factory) {
        Thread thread = new Thread(() -> answerAll(factory), "sluice metrics");
        thread.setDaemon(true);
        thread.start();
    }

    private void answerAll(Supplier<Optional<SandboxFactory>> factory) {
        while (true) {
            UnixSocket client;
            try {
                client = socket.accept();
            } catch (SysException e) {
                if (!closed) {
                    Console.say("the metrics socket failed: " + e.getMessage());
                }
                return;
            }
            try (client) {
                answer(client, factory);
            } catch (Failure | SysException e) {
                LoggerFactory.getLogger(MetricsServer.class).warn("metrics: {}", e.getMessage());
            }
        }
    }

    private void answer(UnixSocket client, Supplier<Optional<SandboxFactory>> factory) {
        Peers.check(client, uid);
        client.limit(PATIENCE_SECONDS);
        String first = request(client).lines().findFirst().orElse("");
        boolean get = first.startsWith("GET ") || first.startsWith("HEAD ");
        boolean known = first.matches("(GET|HEAD) (/|/metrics)([?].*)?( HTTP/.*)?");
        String status = known ? "200 OK" : get ? "404 Not Found" : "400 Bad Request";
        String body = known ? factory.get().map(Metrics::text).orElse("") : status + "; ask for GET /metrics\n";
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.0 " + status + "\r\nContent-Type: "
                + (known ? Metrics.TYPE : "text/plain; charset=utf-8")
                + "\r\nContent-Length: " + content.length + "\r\nConnection: close\r\n\r\n";
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        if (!first.startsWith("HEAD ")) {
            reply.writeBytes(content);
        }
        client.send(reply.toByteArray(), List.of());
    }

    /** Up to the empty line that ends a request without a body. */
    private static String request(UnixSocket client) {
        int connected = client.peer().pid();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0 && text.indexOf("\n\n") < 0) {
            UnixSocket.Received received = client.receive();
            received.descriptors().forEach(Linux::close);
            if (received.bytes().length() == 0) {
                break;
            }
            if (received.sender() != connected) {
                throw Failure.of("another process than the one that connected, " + received.sender() + ", asked");
            }
            text.append(new String(received.bytes().toArray(), StandardCharsets.ISO_8859_1));
            if (text.length() > LARGEST_REQUEST) {
                throw Failure.of("a request is longer than " + LARGEST_REQUEST + " bytes");
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        closed = true;
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            Console.say("cannot remove " + path + ": " + e);
        }
        socket.shutdown();
        socket.close();
    }
}
