package org.sluice.core.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.StartException;
import org.sluice.landlock.Ruleset;
import org.sluice.notify.Bytes;
import org.sluice.policy.FileGrants;
import org.sluice.policy.Profile;

/**
 * The Landlock domain of a sandbox, from the file grants of its profile. Landlock cannot take back a part of a grant, so
 * a grant of writing that reaches into the supervisor's premises is refused. Only a grant of the whole file system is
 * split up instead: everything but the premises, of their parent folders only what is in them now.
 */
final class DomainPlan {

    /**
     * Never writable by a grant of everything: files in there act on processes, and those of the same user would include
     * the supervisor's.
     */
    private static final List<Path> CONTROL = List.of(Path.of("/proc"), Path.of("/sys"));

    /** Where the files of a private network are; what is granted there the core opens, so that no other is opened. */
    private static final List<Path> WITHDRAWN = List.of(Path.of("/proc"), Path.of("/sys"));

    private static final Path ROOT = Path.of("/");

    private final Premises premises;
    private final Ruleset.Builder builder = Ruleset.builder();
    private final List<String> lines = new ArrayList<>();
    private final List<FileGrants.Grant> given = new ArrayList<>();
    private final List<FileGrants.Grant> served = new ArrayList<>();
    private final boolean withdraws;

    private DomainPlan(Premises premises, boolean withdraws) {
        this.premises = premises;
        this.withdraws = withdraws;
    }

    /**
     * A ruleset and what it grants, for people.
     *
     * @param ruleset the ruleset
     * @param lines a line for each grant
     * @param grants the same for comparing paths with
     * @param served what is granted and left to the core to open
     */
    record Domain(Ruleset ruleset, List<String> lines, List<FileGrants.Grant> grants, List<FileGrants.Grant> served) {}

    /**
     * Plans the domain.
     *
     * @param grants with absolute paths
     * @param withdraws whether procfs and sysfs are left to the core
     * @throws StartException for a grant that cannot be given
     */
    static Domain of(List<Profile.FileGrant> grants, Premises premises, boolean withdraws) {
        DomainPlan plan = new DomainPlan(premises, withdraws);
        plan.builder.scopeSignals().scopeAbstractSockets();
        grants.forEach(plan::grant);
        return new Domain(
                plan.builder.build(), List.copyOf(plan.lines), List.copyOf(plan.given), List.copyOf(plan.served));
    }

    private void grant(Profile.FileGrant grant) {
        Path path = Path.of(grant.path());
        if (!Files.exists(path)) {
            if (grant.optional()) {
                return;
            }
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot grant " + path + ": there is no such file; create it or leave the grant out");
        }
        Path real = real(path);
        if (!grant.write()) {
            read(real);
        } else if (real.equals(ROOT)) {
            read(ROOT);
            grantAround(ROOT);
        } else {
            refuseOnPremises(path, real);
            write(real);
        }
    }

    private void read(Path real) {
        if (isWithdrawn(real)) {
            serve(real, false);
        } else if (withdraws && real.equals(ROOT)) {
            serve(ROOT, false);
            children(ROOT).forEach(child -> {
                if (!WITHDRAWN.contains(child)) {
                    // Nobody named it, so it may have gone by now.
                    builder.readIfPresent(child);
                    tellRead(child);
                }
            });
        } else {
            builder.read(real);
            tellRead(real);
        }
    }

    private void tellRead(Path real) {
        lines.add("read  " + real);
        given.add(new FileGrants.Grant(Bytes.utf8(real.toString()), true, false));
    }

    private void write(Path real) {
        if (isWithdrawn(real)) {
            serve(real, true);
            return;
        }
        builder.write(real);
        tellWrite(real);
    }

    private void tellWrite(Path real) {
        lines.add("write " + real);
        given.add(new FileGrants.Grant(Bytes.utf8(real.toString()), true, true));
    }

    private boolean isWithdrawn(Path real) {
        return withdraws && WITHDRAWN.stream().anyMatch(real::startsWith);
    }

    private void serve(Path real, boolean write) {
        lines.add((write ? "write " : "read  ") + real + " (opened by Sluice in the command's place)");
        served.add(new FileGrants.Grant(Bytes.utf8(real.toString()), true, write));
    }

    private void refuseOnPremises(Path asked, Path real) {
        premises.touchedBy(real).ifPresent(place -> {
            boolean above = place.startsWith(real) && !place.equals(real);
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "cannot grant writing to " + asked + ": " + place + (above ? " in it" : "")
                            + " belongs to the supervisor; grant a folder beside it instead, such as "
                            + (above ? real.resolve("work") : place.resolveSibling("work")));
        });
    }

    private void grantAround(Path folder) {
        for (Path child : children(folder)) {
            if (CONTROL.contains(child) || premises.contain(child)) {
                continue;
            }
            if (premises.touchedBy(child).isPresent()) {
                grantAround(child);
            } else {
                // Nobody named it, and in a folder such as /tmp it may have gone by now.
                builder.writeIfPresent(child);
                tellWrite(child);
            }
        }
    }

    /** What is in a folder, without symbolic links. */
    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(
                            child -> !Files.isSymbolicLink(child) && Files.exists(child, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR, "cannot list " + folder + " to grant what is in it: " + e, e);
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new StartException(
                    StartException.Kind.SUPERVISOR, "cannot resolve " + path + " to grant it: " + e, e);
        }
    }
}
