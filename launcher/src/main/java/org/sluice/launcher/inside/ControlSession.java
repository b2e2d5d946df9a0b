package org.sluice.launcher.inside;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.sluice.core.Command;
import org.sluice.core.Sandbox;
import org.sluice.core.ShellSessions;
import org.sluice.core.StartException;
import org.sluice.core.TargetProcess;
import org.sluice.linux.Linux;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/** One client of the control socket, from its request to its end. */
final class ControlSession implements Runnable {

    private static final int SIGHUP = 1;

    private final UnixSocket socket;
    private final Sandbox sandbox;
    private final Supplier<ShellSessions> shells;
    private final int uid;
    private final Lines lines;
    private final Replies replies;
    private volatile boolean interactive;

    ControlSession(UnixSocket socket, Sandbox sandbox, Supplier<ShellSessions> shells, int uid) {
        this.socket = socket;
        this.sandbox = sandbox;
        this.shells = shells;
        this.uid = uid;
        this.lines = new Lines(socket, socket.peer().pid());
        this.replies = new Replies(socket);
    }

    /** Ends a session that would go on by itself; others have an answer to give. */
    void hangUp() {
        if (interactive) {
            socket.shutdown();
        }
    }

    @Override
    public void run() {
        try (socket) {
            try {
                Peers.check(socket, uid);
                answer(request());
            } catch (Failure e) {
                replies.fail(e.status(), String.valueOf(e.getMessage()));
            } catch (StartException e) {
                replies.fail(e.kind().status(), String.valueOf(e.getMessage()));
            } finally {
                lines.descriptors().forEach(Linux::close);
            }
        } catch (SysException e) {
            // The client has gone: there is nobody to tell, and the sandbox is none the worse.
            org.slf4j.LoggerFactory.getLogger(ControlSession.class).debug("control client: {}", e.getMessage());
        }
    }

    private List<String> request() {
        List<String> all = new ArrayList<>();
        while (true) {
            String line = lines.next().orElseThrow(() -> Failure.of("a control request ended early"));
            if (line.isEmpty()) {
                return all;
            }
            all.add(line);
        }
    }

    private void answer(List<String> request) {
        switch (request.isEmpty() ? "" : request.get(0)) {
            case "exec" -> exec(request.subList(1, request.size()));
            case "attach" -> attach(request.subList(1, request.size()));
            case "info" -> {
                replies.tell("text", Bytes.utf8(Integer.toString(sandbox.main().pid())));
                replies.tell("exit 0");
            }
            case "stop" -> {
                sandbox.close();
                replies.tell("exit 0");
            }
            default -> throw Failure.of("the supervisor does not know this request; is it of another version?");
        }
    }

    private void attach(List<String> request) {
        AttachSession session = new AttachSession(lines, replies, request);
        interactive = session.program().isEmpty();
        session.run(shells, socket::shutdown);
    }

    private void exec(List<String> request) {
        if (lines.descriptors().size() != 3) {
            throw Failure.of(
                    "exec needs 3 descriptors, not " + lines.descriptors().size());
        }
        TargetProcess process = sandbox.exec(command(request));
        CompletableFuture<Void> told = process.exit().handle((status, failure) -> {
            if (failure == null) {
                replies.tell("exit " + status.shellCode());
            } else {
                replies.fail(125, "the command was lost: " + failure);
            }
            socket.shutdown();
            return null;
        });
        while (true) {
            Optional<String> line = lines.next();
            if (line.isEmpty()) {
                // The client ended, or the process did: to a process that has ended this does nothing.
                process.signal(SIGHUP);
                told.join();
                return;
            }
            if (line.get().matches("signal [0-9]{1,2}")) {
                process.signal(Integer.parseInt(line.get().substring(7)));
            }
        }
    }

    private Command command(List<String> request) {
        List<Bytes> arguments = new ArrayList<>();
        Map<Bytes, Bytes> environment = new HashMap<>();
        Command command = Command.of("");
        for (String line : request) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "arg" -> arguments.add(Lines.decode(words[1]));
                case "env" -> environment.put(Lines.decode(words[1]), Lines.decode(words[2]));
                case "cwd" ->
                    command = command.withDirectory(
                            java.nio.file.Path.of(Lines.decode(words[1]).decode()));
                default -> throw Failure.of("exec does not know '" + words[0] + "'; is the client of another version?");
            }
        }
        List<Integer> stdio = lines.descriptors();
        return command.withArguments(arguments)
                .withEnvironment(environment)
                .withStdio(stdio.get(0), stdio.get(1), stdio.get(2));
    }
}
