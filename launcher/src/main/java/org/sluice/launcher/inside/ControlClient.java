package org.sluice.launcher.inside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.linux.Errno;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/** The commands that ask a running supervisor: {@code exec}, {@code stop}, {@code ps}. */
final class ControlClient {

    private final Request request;

    ControlClient(Request request) {
        this.request = request;
    }

    int exec() {
        if (request.arguments().size() < 2) {
            throw Failure.of("exec needs a sandbox and a command: sluice exec NAME -- command; see sluice ps");
        }
        StringBuilder text = new StringBuilder("exec\n");
        List<Bytes> arguments =
                request.arguments().subList(1, request.arguments().size());
        boolean dashes = arguments.get(0).equals(Bytes.utf8("--"));
        for (Bytes argument : dashes ? arguments.subList(1, arguments.size()) : arguments) {
            text.append("arg ").append(Lines.encode(argument)).append('\n');
        }
        for (Map.Entry<Bytes, Bytes> variable :
                Profiles.environment(request).apply(request.environment()).entrySet()) {
            text.append("env ").append(Lines.encode(variable.getKey()));
            text.append(' ').append(Lines.encode(variable.getValue())).append('\n');
        }
        Path directory = request.one("--cwd")
                .map(RunCommand::directory)
                .orElse(Path.of("").toAbsolutePath());
        text.append("cwd ")
                .append(Lines.encode(Bytes.utf8(directory.toString())))
                .append("\n\n");
        return ask(name(), text.toString(), List.of(0, 1, 2));
    }

    int stop() {
        return ask(name(), "stop\n\n", List.of());
    }

    int ps() {
        System.out.printf("%-40s %s%n", "SANDBOX", "PID");
        for (String sandbox : running(request.sockets())) {
            System.out.printf("%-40s ", sandbox);
            ask(sandbox, "info\n\n", List.of());
        }
        return 0;
    }

    /** The names of the sandboxes whose supervisors answer. */
    static List<String> running(Path sockets) {
        List<String> names = new ArrayList<>();
        try (var files = Files.list(sockets)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(ControlServer.SUFFIX) && !ControlServer.isDead(file)) {
                    names.add(name.substring(0, name.length() - ControlServer.SUFFIX.length()));
                }
            }
        } catch (IOException e) {
            throw Failure.of("cannot list " + sockets + ": " + e);
        }
        return names;
    }

    private String name() {
        if (request.arguments().isEmpty()) {
            throw Failure.of(request.command() + " needs the name of a sandbox; see sluice ps");
        }
        return request.words().get(0);
    }

    private int ask(String name, String text, List<Integer> descriptors) {
        try (UnixSocket socket = connect(request.sockets(), name)) {
            socket.send(Lines.ascii(text), descriptors);
            request.forward().accept(number -> socket.send(Lines.ascii("signal " + number + "\n"), List.of()));
            return answers(new Lines(socket));
        }
    }

    /** A connection to the supervisor of a sandbox. */
    static UnixSocket connect(Path sockets, String name) {
        Path path = sockets.resolve(name + ControlServer.SUFFIX);
        UnixSocket socket = UnixSocket.create();
        long result = socket.connect(path.toString());
        if (result < 0) {
            socket.close();
        }
        if (result == -Errno.ENOENT || result == -Errno.ECONNREFUSED) {
            throw Failure.of("there is no running sandbox named " + name + "; see sluice ps");
        }
        SysException.check("connect to " + path, result);
        return socket;
    }

    private static int answers(Lines lines) {
        while (true) {
            String line = lines.next()
                    .orElseThrow(() -> Failure.of("the supervisor ended before it answered; see its own messages"));
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "text" -> System.out.println(Lines.decode(words[1]).decode());
                case "exit" -> {
                    return Integer.parseInt(words[1]);
                }
                case "error" ->
                    throw new Failure(
                            Integer.parseInt(words[1]), Lines.decode(words[2]).decode());
                default -> throw Failure.of("the supervisor answered '" + words[0] + "'; is it of another version?");
            }
        }
    }
}
