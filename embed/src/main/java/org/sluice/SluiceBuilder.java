package org.sluice;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.sandbox.SupervisorSettings;
import org.sluice.notify.ApprovalBackend;

/** The settings of a {@link Sluice}. For one thread. */
public final class SluiceBuilder {

    private ChainTimeouts timeouts = ChainTimeouts.standard();
    private final Map<String, ApprovalBackend> backends = new HashMap<>();
    private final List<Path> premises = new ArrayList<>();
    private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    SluiceBuilder() {
        premises.add(Path.of(System.getProperty("java.home")));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                premises.add(Path.of(entry).toAbsolutePath());
            }
        }
    }

    /**
     * A place where no sandbox may write, whatever its profile grants. The class path and the JDK are such places from the
     * start: who can change them can change the supervisor.
     */
    public SluiceBuilder protect(Path place) {
        premises.add(place.toAbsolutePath());
        return this;
    }

    /**
     * Lets sandboxes write to the class path and the JDK where a profile grants it, as is needed to run untrusted commands
     * in the folder that the program is being developed in. Such a command can change the program.
     */
    public SluiceBuilder protectNothing() {
        premises.clear();
        return this;
    }

    /** Where the private temporary folders of sandboxes are made; this JVM's own temporary folder unless said. */
    public SluiceBuilder temporary(Path folder) {
        this.temporary = folder.toAbsolutePath();
        return this;
    }

    /** What handlers are given; five seconds for a call, and so on, unless said. */
    public SluiceBuilder timeouts(ChainTimeouts other) {
        this.timeouts = other;
        return this;
    }

    /**
     * Somebody who is asked whether a sandbox may open what no grant allows, where its profile names him
     * ({@code openat.approve}). One that was given under the same name before is replaced.
     *
     * @param name in reverse-DNS form
     * @throws IllegalArgumentException for another name
     */
    public SluiceBuilder approvals(String name, ApprovalBackend backend) {
        if (!name.matches("[a-z0-9-]+(\\.[a-z0-9-]+)+")) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a backend; write one such as com.example.chat");
        }
        backends.put(name, backend);
        return this;
    }

    /**
     * Starts the supervisor.
     *
     * @throws org.sluice.linux.SysException if this machine lacks what every sandbox needs
     */
    public Sluice open() {
        SupervisorSettings standard = SupervisorSettings.standard();
        return new Sluice(
                new SupervisorSettings(
                        timeouts, standard.awaitHandlers(), premises, temporary, Optional.empty(), new PathVerifiers()),
                new ProgramBackends(backends));
    }
}
