package org.sluice.policy.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules.Finding;
import org.sluice.notify.FileRules.Response;
import org.sluice.notify.Opening;

/**
 * Files that are instructions to whoever reads them, such as AGENTS.md, and so are opened for reading only if what they say
 * is trusted. A file is judged by what a path leads to: its canonical name. One with several names (hard links) counts as
 * such a file everywhere in the scope of a pattern, because its other name may be one that matches.
 *
 * <p>What is verified is a copy that nobody can change, and the call reads that copy. So a file that is changed, or
 * exchanged, before, during or after that is read as it was verified, or not at all. Immutable.
 */
public final class TrustedFiles {

    /** The longest file that is verified, in bytes. */
    public static final int LONGEST = 1 << 20;

    private static final int S_IFMT = 0170000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;

    private final List<TrustPattern> patterns;
    private final Response response;
    private final TrustRoots roots;

    /** Files of these patterns. */
    public TrustedFiles(List<TrustPattern> patterns, Response response, TrustRoots roots) {
        this.patterns = List.copyOf(patterns);
        this.response = response;
        this.roots = roots;
    }

    /** The patterns. */
    public List<TrustPattern> patterns() {
        return patterns;
    }

    /** What becomes of one that is not trusted. */
    public Response response() {
        return response;
    }

    /** Whether a folder, or a file, has something in common with the scope of a pattern. */
    public boolean touch(Bytes place) {
        return patterns.stream()
                .anyMatch(pattern -> contains(place, pattern.scope()) || contains(pattern.scope(), place));
    }

    /**
     * Whether a file is one of these.
     *
     * @param path canonical
     * @param mode st_mode, 0 for one that is to be made
     * @param names how many it has
     */
    public boolean concern(Bytes path, int mode, long names) {
        if ((mode & S_IFMT) == S_IFDIR) {
            return false;
        }
        boolean aliased = (mode & S_IFMT) == S_IFREG && names > 1;
        for (int i = 0; i < patterns.size(); i++) {
            TrustPattern pattern = patterns.get(i);
            if (pattern.matches(path) || (aliased && contains(pattern.scope(), path))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file must not be read unverified; as {@link #concern}. */
    public boolean withhold(Bytes path, int mode, long names) {
        return response == Response.DENY && concern(path, mode, names);
    }

    /** Whether what a call reads must not be read unverified. */
    public boolean withhold(Opening opening) {
        return response == Response.DENY && isConcerned(opening);
    }

    /** By its canonical name as well as by the one that led to it: it may have been renamed in between. */
    private boolean isConcerned(Opening opening) {
        if (!opening.reads()) {
            return false;
        }
        Bytes path = opening.path().orElseThrow();
        Bytes trail = opening.trail().orElse(path);
        return concern(path, opening.mode(), opening.names())
                || (!trail.equals(path) && concern(trail, opening.mode(), opening.names()));
    }

    /** By what they are trusted, and what becomes of others, for people. */
    public String describe() {
        return "read as verified, by " + roots.keys().size() + " keys and "
                + roots.digests().size() + " signed digests"
                + roots.bundles()
                        .map(bundles -> ", and bundles (*" + bundles.ending() + ") of " + bundles.identities())
                        .orElse("")
                + "; others: " + response.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Verifies what a call would read.
     *
     * @param opening one with a path
     * @return empty if it is no such file, or is not read
     */
    public Optional<Finding> verify(Opening opening) {
        if (!isConcerned(opening)) {
            return Optional.empty();
        }
        Optional<Bytes> content = opening.snapshot(LONGEST);
        if (content.isEmpty()) {
            String reason = opening.writes()
                    ? "an instruction file is opened to be written as well"
                    : "an instruction file cannot be verified";
            return Optional.of(new Finding(response, false, reason, "", "open it for reading alone, at most 1 MiB"));
        }
        String digest = digest(content.get());
        TrustRoots.Judgement found = roots.judge(digest, content.get(), opening::beside);
        if (found.trusted()) {
            return Optional.of(new Finding(response, true, found.reason(), digest, ""));
        }
        return Optional.of(new Finding(
                response,
                false,
                "an instruction file is not trusted" + (found.reason().isEmpty() ? "" : ": " + found.reason()),
                digest,
                "sign it, or add sha256 " + digest + " to a list of openat.trusted"));
    }

    /** SHA-256 in hexadecimal. */
    static String digest(Bytes content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /** Whether {@code path} is {@code folder} or lies in it. */
    private static boolean contains(Bytes folder, Bytes path) {
        int length = folder.length();
        if (length == 1) {
            return true;
        }
        if (path.length() < length || (path.length() > length && path.at(length) != '/')) {
            return false;
        }
        for (int i = length - 1; i >= 0; i--) {
            if (folder.at(i) != path.at(i)) {
                return false;
            }
        }
        return true;
    }
}
