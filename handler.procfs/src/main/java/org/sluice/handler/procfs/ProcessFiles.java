package org.sluice.handler.procfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Denial;
import org.sluice.notify.Handler;
import org.sluice.notify.Opening;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/**
 * What a sandbox sees of procfs (proc(5)) and sysfs.
 *
 * <ul>
 *   <li>The core opens their files in the place of the target, so that {@code /proc/self} and its like are the target's
 *       and nothing of the supervisor is reached; where this handler takes part, it opens all of them, and the kernel grants
 *       none.
 *   <li>Files that the profile {@linkplain DeniedFiles denies}, or that are denied without its saying so: EACCES.
 *   <li>Files that the profile {@linkplain ReplacedFiles replaces}, there or anywhere: a file of the sandbox's own.
 *   <li>Processes outside the sandbox are hidden where the profile asks for it ({@code hide}): the core finds no file of
 *       theirs, and leaves their numbers out of lists.
 *   <li>They are hidden from calls that look at names and open nothing, where it asks for that ({@code strict}): the core
 *       makes all of these calls then.
 * </ul>
 */
@Component
@Handler(name = ProcessFiles.NAME, stage = Stage.ANSWER)
@Traps({
    "open",
    "openat",
    "openat2",
    "creat",
    "getdents",
    "getdents64",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "chdir"
})
public final class ProcessFiles implements SyscallHandler, VirtualFiles {

    static final String NAME = "procfs";

    /** What opens files. */
    private static final Set<String> OPENS = Set.of("open", "openat", "openat2", "creat");

    /** What lists them. */
    private static final Set<String> LISTS = Set.of("getdents", "getdents64");

    private final Map<SandboxContext, Section> sections = new WeakHashMap<>();

    /** For the component runtime. */
    public ProcessFiles() {}

    private record Section(DeniedFiles denied, ReplacedFiles replaced) {
        static Section of(Settings settings) {
            return new Section(new DeniedFiles(settings), new ReplacedFiles(settings));
        }
    }

    /** All of them where names are hidden too; else fewer, for each costs. */
    @Override
    public List<String> traps(Settings settings, List<String> traps) {
        boolean strict = settings.flag("strict", false);
        boolean hides = settings.flag("hide", false);
        return traps.stream()
                .filter(trap -> strict || OPENS.contains(trap) || (hides && LISTS.contains(trap)))
                .toList();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException for a content that cannot be read
     */
    @Override
    public Set<String> paths(Settings settings) {
        return new ReplacedFiles(settings).paths();
    }

    @Override
    public Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
        ReplacedFiles replaced = section(sandbox).replaced();
        if (!replaced.paths().contains(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(replaced.content(path));
        } catch (IOException e) {
            throw new UncheckedIOException("procfs.replace: the content of " + path + " cannot be read: " + e, e);
        }
    }

    @Override
    public Verdict handle(Call call, Chain chain) {
        Optional<String> file = call.opening().flatMap(Opening::kernelFile);
        return file.isPresent() && section(call.sandbox()).denied().contain(file.get())
                ? Verdict.deny(new Denial(
                        "file/open", file.get(), "denied by procfs", "\"deny\" in the profile's section procfs"))
                : chain.proceed(call);
    }

    /** The same for as long as the sandbox runs, so it is read once. */
    private Section section(SandboxContext sandbox) {
        synchronized (sections) {
            return sections.computeIfAbsent(sandbox, of -> Section.of(of.settings(NAME)));
        }
    }
}
