package org.sluice.core.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.notify.ApprovalBackend.Answer;
import org.sluice.notify.Bytes;

/** A webhook on loopback. */
class WebhookTest {

    private static final Asked REQUEST = new Asked(
            3,
            "box",
            7,
            "c\"at\u001b",
            Bytes.of("/srv/\u001b[31m\\".getBytes(StandardCharsets.US_ASCII)),
            true,
            true,
            Duration.ofSeconds(60));

    private HttpServer server;
    private volatile int status = 200;
    private volatile String answer = "{\"answer\": \"once\"}";
    private final CountDownLatch silence = new CountDownLatch(1);
    private volatile boolean silent;
    private final AtomicReference<String> heard = new AtomicReference<>("");

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            heard.set(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (silent) {
                try {
                    silence.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        silence.countDown();
        server.stop(0);
    }

    private Answer ask(Asked request) throws InterruptedException {
        return new Webhook("http://127.0.0.1:" + server.getAddress().getPort() + "/ask").ask(request);
    }

    @Test
    void theQuestionIsJsonInPrintableAscii() throws Exception {
        assertEquals(Answer.ONCE, ask(REQUEST));
        assertEquals(
                "POST application/json {\"id\": 3, \"sandbox\": \"box\", \"pid\": 7, \"command\": \"c\\\"at\\\\x1b\","
                        + " \"path\": \"/srv/\\\\x1b[31m\\\\\\\\\", \"read\": true, \"write\": true, \"timeout\": 60000}",
                heard.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"once", "session", "always", "deny", "never"})
    void eachAnswer(String word) throws Exception {
        answer = "{ \"answer\":\"" + word + "\" }\n";
        assertEquals(Answer.valueOf(word.toUpperCase(java.util.Locale.ROOT)), ask(REQUEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "once",
                "{\"answer\": \"yes\"}",
                "{\"answer\": \"once\", \"answer\": \"never\"}",
                "{\"answer\": \"ONCE\"}",
                "[{\"answer\": \"once\"}]",
                "{\"answer\": true}"
            })
    void anythingElseIsNoAnswer(String text) {
        answer = text;
        assertThrows(IllegalStateException.class, () -> ask(REQUEST));
    }

    @Test
    void aBodyWithoutEndIsNoAnswer() {
        answer = "{\"answer\": \"once\"" + " ".repeat(1 << 20) + "}";
        assertThrows(IllegalStateException.class, () -> ask(REQUEST));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 401, 500})
    void anotherStatusIsNoAnswer(int code) {
        status = code;
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ask(REQUEST));
        assertTrue(String.valueOf(e.getMessage()).contains("status " + code), e::getMessage);
    }

    @Test
    void silenceIsNoAnswer() {
        silent = true;
        Asked brief = new Asked(3, "box", 7, "cat", Bytes.utf8("/a"), true, false, Duration.ofMillis(200));
        assertThrows(IllegalStateException.class, () -> ask(brief));
    }

    @Test
    void nobodyThereIsNoAnswer() {
        int port = server.getAddress().getPort();
        server.stop(0);
        assertThrows(IllegalStateException.class, () -> new Webhook("http://127.0.0.1:" + port + "/").ask(REQUEST));
    }
}
