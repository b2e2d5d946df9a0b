package org.sluice.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sluice.notify.Event;
import org.sluice.policy.json.JsonText;

/**
 * An append-only file of events, one JSON object a line. Each line has a number without gaps, a time that never goes back,
 * and the SHA-256 of the line before, so that a change, a removal or an insertion shows ({@link AuditVerifier}). The chain
 * has no key: who may write the file may write it anew, so a copy of the last line belongs elsewhere.
 *
 * <p>A file is made with mode 0600 and opened with O_APPEND; an existing one is continued. Each event is handed to the
 * kernel before its method returns, in the order of the numbers. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {

    private final Path file;
    private final Clock clock;
    private final FileChannel channel;
    private long seq;
    private Instant time;
    private String hash;
    private boolean broken;

    private AuditLog(Path file, Clock clock, FileChannel channel, AuditScan scan) {
        this.file = file;
        this.clock = clock;
        this.channel = channel;
        this.seq = scan.seq();
        this.time = scan.time();
        this.hash = scan.hash();
    }

    /**
     * Opens or makes a file.
     *
     * @throws PolicyException if it cannot be written, is in use, or was changed by someone else
     */
    public static AuditLog open(Path file) {
        return open(file, Clock.systemUTC());
    }

    static AuditLog open(Path file, Clock clock) {
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                return open(file, clock, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | UncheckedIOException e) {
            throw new PolicyException(
                    "audit file " + file + " cannot be written: " + e + "; name one in a folder of yours", e);
        }
    }

    private static AuditLog open(Path file, Clock clock, FileChannel channel) throws IOException {
        // Reading first: closing any descriptor of a file drops this process's locks on it (fcntl(2)).
        AuditScan scan = Files.isRegularFile(file) ? AuditScan.of(file) : AuditScan.of(Path.of("/dev/null"));
        if (!lock(channel) || (Files.isRegularFile(file) && channel.size() != scan.size())) {
            throw new PolicyException("audit file " + file + " is in use by another supervisor; name another file");
        }
        AuditVerifier.Result result = scan.result();
        if (!result.intact()) {
            throw new PolicyException("audit file " + file + ": " + result.text()
                    + "; move it away and begin a new one, or name another file");
        }
        AuditLog log = new AuditLog(file, clock, channel, scan);
        if (scan.isTorn()) {
            // One write for the end of the piece and the event that accounts for it.
            log.append("\n", Audit.TORN, Map.of());
        } else if (!scan.isEnded()) {
            log.write("\n");
        }
        return log;
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** A sandbox started. */
    public void started(String sandbox, Map<String, String> fields) {
        append("sandbox-start", fields(sandbox, fields));
    }

    /** A sandbox ended. */
    public void ended(String sandbox, Map<String, String> fields) {
        append("sandbox-end", fields(sandbox, fields));
    }

    /** A call was denied. */
    public void denied(DenialRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sandbox", record.sandbox());
        fields.put("pid", record.pid());
        fields.put("command", record.command());
        fields.put("syscall", record.syscall());
        fields.put("errno", record.errno());
        fields.put("operation", record.denial().operation());
        fields.put("target", record.denial().target());
        fields.put("reason", record.denial().reason());
        fields.put("remedy", record.denial().remedy());
        append("denial", fields);
    }

    /** Anything else: a learned rule, a handler that came or went. */
    public void event(String sandbox, Event event) {
        append(event.operation(), fields(sandbox, event.fields()));
    }

    private static Map<String, Object> fields(String sandbox, Map<String, String> fields) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (!sandbox.isEmpty()) {
            all.put("sandbox", sandbox);
        }
        all.put("fields", new TreeMap<>(fields));
        return all;
    }

    /** The number of the last event. */
    public synchronized long seq() {
        return seq;
    }

    private void append(String event, Map<String, Object> fields) {
        append("", event, fields);
    }

    private synchronized void append(String before, String event, Map<String, Object> fields) {
        Instant now = clock.instant();
        Instant stamp = now.isBefore(time) ? time : now;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(Audit.SEQ, seq + 1);
        line.put(Audit.TIME, stamp.toString());
        line.put(Audit.PREV, hash);
        line.put(Audit.EVENT, event);
        line.putAll(fields);
        String text = JsonText.line(line);
        write(before + text + "\n");
        seq++;
        time = stamp;
        hash = Audit.hash(Audit.bytes(text));
    }

    private void write(String text) {
        if (broken) {
            throw new UncheckedIOException(new IOException("audit file " + file + " failed before; nothing is added"));
        }
        ByteBuffer bytes = ByteBuffer.wrap(Audit.bytes(text));
        // Until it is whole: what follows half a line would be read as its end.
        broken = true;
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("audit file " + file + " cannot be written: " + e.getMessage(), e);
        }
        broken = false;
    }

    /** Closes the file. */
    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("audit file " + file + ": " + e.getMessage(), e);
        }
    }
}
