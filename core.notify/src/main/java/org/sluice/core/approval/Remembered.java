package org.sluice.core.approval;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.notify.Bytes;

/**
 * Decisions for good, in a file of the user's where no sandbox may write: a line for each, of four fields divided by tabs:
 * {@code always} or {@code never}, {@code read}, {@code write} or {@code read and write}, the profile, the path. Names are
 * in the form of {@link Bytes#toString}. Later lines count. Several supervisors may share the file: it is replaced as a
 * whole, under a lock, and read again before that. What cannot be kept there holds as long as this supervisor runs.
 * Thread-safe.
 */
public final class Remembered {

    private static final Logger LOG = LoggerFactory.getLogger(Remembered.class);
    private static final String HEAD =
            "# sluice: what was answered with always and never; remove a line to be asked again\n";
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final ReentrantLock WRITERS = new ReentrantLock();

    private final @Nullable Path folder;
    private final Map<String, Decisions> profiles = new HashMap<>();
    private final List<String> unsaved = new ArrayList<>();
    private boolean read;

    /** Kept in {@code folder}; without one nothing outlives this supervisor. */
    public Remembered(Optional<Path> folder) {
        this.folder = folder.orElse(null);
    }

    /** Under what the decisions of a profile are kept: one that is a file is the same one wherever it is named from. */
    public static String key(String profile) {
        boolean file = profile.indexOf('/') >= 0 || profile.endsWith(".json");
        return file ? Path.of(profile).toAbsolutePath().normalize().toString() : profile;
    }

    /** The decision about an access under a profile, if there is one. */
    public synchronized Optional<Boolean> about(String profile, Bytes path, boolean reads, boolean writes) {
        if (!read) {
            read = true;
            try {
                load();
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("{}; what was answered for good before is asked again", complaint(e));
            }
        }
        Decisions decisions = profiles.get(profile);
        return decisions == null ? Optional.empty() : decisions.about(path, reads, writes);
    }

    /** Keeps a decision; if that fails, a line for people says why. */
    synchronized Optional<String> add(String profile, Bytes path, boolean reads, boolean writes, boolean yes) {
        String line = (yes ? "always" : "never") + "\t" + (!writes ? "read" : reads ? "read and write" : "write") + "\t"
                + Bytes.utf8(profile) + "\t" + path;
        if (folder == null) {
            return holdsMeanwhile(line, "there is no place to keep an answer for good");
        }
        Path lock = folder.resolve("approvals.lock");
        // A lock of the kernel's is the whole process's.
        WRITERS.lock();
        try (FileChannel channel = FileChannel.open(
                lock,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PRIVATE)) {
            // Until the channel is closed.
            channel.lock();
            String before = load();
            replace((before.isEmpty() ? HEAD : before) + line + "\n");
            take(line);
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return holdsMeanwhile(line, complaint(e));
        } finally {
            WRITERS.unlock();
        }
    }

    private Optional<String> holdsMeanwhile(String line, String why) {
        unsaved.add(line);
        take(line);
        return Optional.of(why + "; the answer holds until this supervisor ends");
    }

    private String complaint(Exception e) {
        return e instanceof IllegalArgumentException
                ? file() + ": " + e.getMessage()
                : "cannot keep answers in " + file() + ": " + e;
    }

    private Path file() {
        return folder == null ? Path.of("approvals") : folder.resolve("approvals");
    }

    /** Takes the file in; the text of it. */
    private String load() throws IOException {
        Path file = file();
        if (folder == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        String text;
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        profiles.clear();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            try {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    take(line);
                }
            } catch (IllegalArgumentException e) {
                profiles.clear();
                unsaved.forEach(this::take);
                throw new IllegalArgumentException(
                        "line " + number + " " + e.getMessage() + "; correct or remove it", e);
            }
        }
        unsaved.forEach(this::take);
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    private void take(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        boolean known = fields.size() == 4
                && List.of("always", "never").contains(fields.get(0))
                && List.of("read", "write", "read and write").contains(fields.get(1));
        if (!known) {
            throw new IllegalArgumentException("is not always or never, the access, the profile and the path");
        }
        String access = fields.get(1);
        profiles.computeIfAbsent(bytes(fields.get(2)).decode(), name -> new Decisions())
                .add(
                        bytes(fields.get(3)),
                        access.startsWith("read"),
                        access.endsWith("write"),
                        fields.get(0).equals("always"));
    }

    /** Whoever reads meanwhile finds the old file or the new one, and after a crash one of them is there. */
    private void replace(String text) throws IOException {
        Path fresh = Files.createTempFile(file().toAbsolutePath().getParent(), "approvals", ".new", PRIVATE);
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                out.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                out.force(true);
            }
            Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Back from {@link Bytes#toString}. */
    static Bytes bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.write(c);
            } else if (text.startsWith("\\\\", i)) {
                out.write('\\');
                i++;
            } else if (text.startsWith("\\x", i) && i + 4 <= text.length()) {
                out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                throw new IllegalArgumentException("has a backslash before nothing");
            }
        }
        return Bytes.of(out.toByteArray());
    }
}
