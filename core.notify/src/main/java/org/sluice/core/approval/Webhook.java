package org.sluice.core.approval;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sluice.notify.ApprovalBackend;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

/**
 * Asks a program over HTTP: one POST with the question as JSON, one answer {@code {"answer": "once"}}. Anything but a 200
 * with such a body is no answer. No redirect is followed and no proxy is used: the URL was chosen, where it leads was not.
 * Thread-safe.
 */
final class Webhook implements ApprovalBackend {

    private static final int OK = 200;
    private static final int LARGEST = 4096;
    private static final Pattern ANSWER =
            Pattern.compile("\\s*\\{\\s*\"answer\"\\s*:\\s*\"(once|session|always|deny|never)\"\\s*\\}\\s*");

    private final URI url;
    private final HttpClient client;

    Webhook(String url) {
        this.url = URI.create(url);
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
    }

    @Override
    public Answer ask(ApprovalRequest request) throws InterruptedException {
        HttpRequest post = HttpRequest.newBuilder(url)
                .timeout(request.timeout())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json(request)))
                .build();
        try {
            return read(client.send(post, HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the webhook did not answer: " + e.getClass().getSimpleName(), e);
        }
    }

    private static Answer read(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                throw new IllegalStateException("the webhook answered with status " + response.statusCode());
            }
            String text = new String(body.readNBytes(LARGEST), StandardCharsets.UTF_8);
            Matcher answer = ANSWER.matcher(text);
            if (!answer.matches()) {
                throw new IllegalStateException("the webhook's answer is not {\"answer\": \"once\"} or such");
            }
            return Answer.valueOf(answer.group(1).toUpperCase(Locale.ROOT));
        }
    }

    /** Names are in the form of {@link Bytes#toString}: printable ASCII, other bytes as {@code \xNN}. */
    static String json(ApprovalRequest request) {
        return "{\"id\": " + request.id()
                + ", \"sandbox\": " + quote(request.sandbox())
                + ", \"pid\": " + request.pid()
                + ", \"command\": " + quote(Bytes.utf8(request.command()).toString())
                + ", \"path\": " + quote(request.path().toString())
                + ", \"read\": " + request.reads()
                + ", \"write\": " + request.writes()
                + ", \"timeout\": " + request.timeout().toMillis() + "}";
    }

    private static String quote(String ascii) {
        return '"' + ascii.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
