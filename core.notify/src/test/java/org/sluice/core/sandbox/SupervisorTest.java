package org.sluice.core.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxSpec;
import org.sluice.core.chain.ChainTimeouts;
import org.sluice.core.chain.HandlerDescription;
import org.sluice.core.chain.HandlerRegistry;
import org.sluice.core.trap.HostNames;
import org.sluice.handler.bind.SafeBind;
import org.sluice.handler.connect.NetworkRules;
import org.sluice.handler.netlink.VirtualInterfaces;
import org.sluice.handler.portmap.PortMapping;
import org.sluice.handler.unix.UnixAllowlist;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

class SupervisorTest {

    private final HostNames names = new HostNames();
    private final HandlerRegistry registry = new HandlerRegistry(ChainTimeouts.standard(), names);
    private Supervisor supervisor;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        add(new SafeBind());
        add(new NetworkRules());
        add(new VirtualInterfaces());
        add(new PortMapping());
        add(new UnixAllowlist());
        supervisor = new Supervisor(SupervisorSettings.standard(), registry);
    }

    private void add(SyscallHandler handler) {
        registry.add(handler, HandlerDescription.of(handler.getClass(), 0, "0.1.0", "test", names));
    }

    @AfterEach
    void close() {
        supervisor.close();
        registry.close();
    }

    @Test
    void runsACommand() throws Exception {
        assertEquals("hello\n", output("default", "echo hello"));
    }

    @Test
    void bindsAndConnectsOnBehalf() throws Exception {
        String program = "import socket\n"
                + "s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen()\n"
                + "c=socket.create_connection(s.getsockname())\n"
                + "print(c.getpeername()==s.getsockname())\n"
                + "u=socket.socket(socket.AF_UNIX); u.bind('x.sock'); u.listen()\n"
                + "d=socket.socket(socket.AF_UNIX); d.connect('x.sock')\n"
                + "print(d.getpeername(), u.getsockname())\n";
        Path file = Files.writeString(folder.resolve("p.py"), program);
        assertEquals("True\nx.sock x.sock\n", output("default", "python3 " + file.getFileName()));
    }

    /** Answers after about the time in which the watchdog takes the lead away, a little earlier or later. */
    @Handler(name = "test.slow", stage = Stage.ANSWER)
    @Traps("getppid")
    static final class Slow implements SyscallHandler {

        private static final Verdict ANSWER = Verdict.value(42);

        @Override
        public Verdict handle(Call call, Chain chain) {
            long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(3));
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            return ANSWER;
        }
    }

    @Test
    void everyCallIsAnsweredWhenTheLeadChangesAtItsEnd() throws Exception {
        add(new Slow());
        String program = "import os\n" + "print(all(os.getppid() == 42 for i in range(1500)))\n";
        Path file = Files.writeString(folder.resolve("p.py"), program);
        Profile profile =
                new ProfileLoader().load("default").with().handler("test.slow").build();
        assertEquals("True\n", output(profile, "python3 " + file.getFileName()));
    }

    private String output(String profile, String script) throws Exception {
        return output(new ProfileLoader().load(profile), script);
    }

    private String output(Profile loaded, String script) throws Exception {
        Path file = folder.resolve("out");
        Block path = Block.cString(file.toString().getBytes(StandardCharsets.UTF_8));
        int fd = (int) SysException.check("open", Linux.call(Nr.OPENAT, -100, path.address(), 0102, 0644, 0, 0));
        try (Sandbox sandbox = supervisor.start(SandboxSpec.of(
                loaded,
                Command.of("/bin/sh", "-c", script).withDirectory(folder).withStdio(0, fd, 2)))) {
            int status = sandbox.end().get(20, TimeUnit.SECONDS).shellCode();
            assertEquals("0 []", status + " " + sandbox.denials());
            return Files.readString(file);
        } finally {
            Linux.close(fd);
        }
    }
}
