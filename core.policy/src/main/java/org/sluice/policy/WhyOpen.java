package org.sluice.policy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.sluice.notify.Bytes;
import org.sluice.notify.FileRules.Finding;
import org.sluice.notify.FileRules.Response;
import org.sluice.policy.FileGrants.Grant;
import org.sluice.policy.trust.TrustedFiles;

/**
 * Says what becomes of opening and executing one file: what the kernel grants, what the file broker serves beyond, what is
 * never served, whether somebody would be asked, and whether what the file says has to be trusted.
 */
final class WhyOpen {

    private static final String PROCFS = "procfs";

    private final Profile profile;
    private final Why.Surroundings surroundings;
    private final BrokerSection broker;

    WhyOpen(Profile profile, Why.Surroundings surroundings) {
        this.profile = profile;
        this.surroundings = surroundings;
        this.broker = BrokerSection.of(profile, surroundings.verifiers());
    }

    /**
     * What was found about one kind of access.
     *
     * @param allowed whether it is
     * @param text what follows the name of the file
     */
    private record Ruling(boolean allowed, String text) {

        static Ruling allowed(String why) {
            return new Ruling(true, " is allowed: " + why);
        }

        static Ruling denied(String why) {
            return new Ruling(false, " is denied: " + why);
        }

        static Ruling denied(String why, String remedy) {
            return denied(why + "\n  to allow it: " + remedy);
        }
    }

    Why.Answer answer(String target) {
        if (!target.startsWith("/")) {
            throw new PolicyException("open: '" + target + "' is no absolute path; ask: sluice why open /etc/hosts");
        }
        Path path = Why.real(Path.of(target));
        String name = Bytes.utf8(path.toString()).toString();
        Ruling reading = opening(path, false);
        Ruling writing = opening(path, true);
        String text = "reading " + name + reading.text() + "\nwriting " + name + writing.text() + "\nexecuting " + name
                + executing(path).text() + "\n  the file's own permissions hold as well";
        return new Why.Answer(reading.allowed(), text + procfs(path) + trusted(path));
    }

    private Ruling opening(Path path, boolean write) {
        Optional<Ruling> refused = refused(path, write);
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<Profile.FileGrant> kernel = granted(path, write);
        if (kernel.isPresent()) {
            return Ruling.allowed(name(kernel.get()));
        }
        Optional<Grant> served = served(path);
        if (served.isPresent() && (write ? served.get().write() : served.get().read())) {
            return Ruling.allowed("openat." + (write ? BrokerSection.WRITE : BrokerSection.READ) + " has "
                    + served.get().path());
        }
        String remedy = flag(write, path);
        Optional<Profile.FileGrant> other = granted(path, false);
        if (other.isPresent() && broker.on()) {
            return Ruling.denied(name(other.get()) + " does not suffice, and nobody is asked", remedy);
        }
        if (served.isPresent()) {
            return Ruling.denied(
                    "openat serves " + served.get().path() + " for " + (write ? "reading" : "writing")
                            + " only, and nobody is asked",
                    remedy);
        }
        return broker.approvers().ask() ? asking(path, write, remedy) : Ruling.denied("no grant", remedy);
    }

    /** What no grant can allow. */
    private Optional<Ruling> refused(Path path, boolean write) {
        for (Path place : broker.hidden()) {
            if (path.startsWith(place)) {
                return Optional.of(Ruling.denied("openat.protect has " + place));
            }
        }
        for (Path place : surroundings.premises()) {
            if (path.startsWith(place) && write) {
                return Optional.of(Ruling.denied(place + " belongs to Sluice"));
            }
            if (path.startsWith(place) && broker.on() && granted(path, false).isEmpty()) {
                return Optional.of(Ruling.denied(
                        place + " belongs to Sluice, and openat serves nothing there", flag(false, path)));
            }
        }
        return Optional.empty();
    }

    private Ruling asking(Path path, boolean write, String remedy) {
        Optional<Boolean> known = surroundings.answers().about(Bytes.utf8(path.toString()), !write, write);
        if (known.isPresent()) {
            String said = "was answered for good, with " + (known.get() ? "always" : "never");
            return known.get() ? Ruling.allowed("it " + said) : Ruling.denied("it " + said, remedy);
        }
        if (!write && Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Ruling.denied("there is no such file (ENOENT), and nobody is asked");
        }
        return new Ruling(
                false,
                " is asked about: no grant, and openat.approve is " + broker.approvers()
                        + "\n  an answer holds for this path and access: once, for the sandbox (session), or for every"
                        + " sandbox of the profile (always, never)\n  to allow it: " + remedy);
    }

    /** Of the kernel's grants alone: what the broker serves is opened, and no more. */
    private Ruling executing(Path path) {
        Optional<Profile.FileGrant> grant = granted(path, false);
        return grant.map(found -> Ruling.allowed(name(found)))
                .orElseGet(() -> Ruling.denied(
                        served(path).isPresent() ? "openat serves files for opening alone" : "no grant",
                        flag(false, path)));
    }

    private static String flag(boolean write, Path path) {
        return (write ? "--write " : "--read ") + ShellText.quote(path.toString());
    }

    /** The longest grant of the kernel's that suffices. */
    private Optional<Profile.FileGrant> granted(Path path, boolean write) {
        return profile.files().stream()
                .filter(grant -> (grant.write() || !write) && path.startsWith(Why.real(Path.of(grant.path()))))
                .max(Comparator.comparingInt(grant -> grant.path().length()));
    }

    private static String name(Profile.FileGrant grant) {
        return "the grant of " + grant.path() + (grant.write() ? " (write)" : " (read)");
    }

    /** What the broker says of the path: of its grants the longest counts. */
    private Optional<Grant> served(Path path) {
        return broker.grants().stream()
                .filter(grant -> grant.covers(Bytes.utf8(path.toString())))
                .max(Comparator.comparingInt(grant -> grant.path().length()));
    }

    private String procfs(Path path) {
        if (!profile.handlers().containsKey(PROCFS)
                || !Stream.of("/proc", "/sys").anyMatch(path::startsWith)) {
            return "";
        }
        return "\n  of /proc and /sys procfs denies some files all the same (procfs.deny)";
    }

    /** Of a file with several names it says so too, since each may be one that matches. */
    private String trusted(Path path) {
        Optional<TrustedFiles> files = broker.trusted();
        FileOnDisk file = new FileOnDisk(path);
        if (files.isEmpty() || !files.get().concern(file.name(), file.typeOrFile(), file.names())) {
            return "";
        }
        Response response = files.get().response();
        Optional<Finding> found = files.get().verify(file);
        return "\n  it is an instruction file: it is read as it was verified"
                + (response == Response.DENY ? ", or not at all" : "")
                + " (openat.trusted, mode " + response.name().toLowerCase(Locale.ROOT) + ")"
                + (file.mode() == 0 ? "" : found.map(WhyOpen::judgement).orElse(""));
    }

    private static String judgement(Finding finding) {
        return finding.trusted()
                ? "\n  what it says now is trusted: " + finding.reason()
                : "\n  what it says now is not: " + finding.reason() + "; " + finding.remedy();
    }
}
