package org.sluice.launcher.inside;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;

/**
 * {@code sluice attach}: the shell of a running supervisor, on this terminal, for commands from a pipe, or for one command.
 * The terminal stays this process's: it is set to hand on every key, and set back at the end.
 */
final class AttachClient {

    private static final int SIGINT = 2;
    private static final int SIGTSTP = 20;
    private static final int SIGWINCH = 28;
    /** The supervisor went before the command was done. */
    private static final String CUT = " ended before the command was done";

    private final Request request;

    AttachClient(Request request) {
        this.request = request;
    }

    int attach() {
        List<String> words = request.words();
        boolean named = !words.isEmpty() && words.get(0).matches("[A-Za-z0-9][A-Za-z0-9._-]*");
        String name = named ? words.get(0) : only();
        List<String> rest = words.subList(named ? 1 : 0, words.size());
        List<String> command = !rest.isEmpty() && rest.get(0).equals("--") ? rest.subList(1, rest.size()) : rest;
        try (UnixSocket socket = ControlClient.connect(request.sockets(), name)) {
            Optional<RawTerminal> tty = RawTerminal.of(0)
                    .filter(each -> command.isEmpty() && RawTerminal.of(1).isPresent());
            return new Connection(socket, name, tty).run(command);
        }
    }

    /** The only sandbox that runs. */
    private String only() {
        List<String> running = ControlClient.running(request.sockets());
        if (running.isEmpty()) {
            throw Failure.of("no sandbox is running; start one: sluice run -- command");
        }
        if (running.size() > 1) {
            throw Failure.of(
                    "attach needs the name of a sandbox, because several are running: " + String.join(", ", running));
        }
        return running.get(0);
    }

    /** One word is a line of the shell as it is; of several each stays one word. */
    static String program(List<String> words) {
        return words.size() == 1
                ? words.get(0)
                : words.stream().map(AttachClient::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:,+%-]+")
                ? word
                : "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** The conversation with the supervisor. */
    private final class Connection {

        private final UnixSocket socket;
        private final String name;
        private final Optional<RawTerminal> tty;
        private volatile int signal;

        Connection(UnixSocket socket, String name, Optional<RawTerminal> tty) {
            this.socket = socket;
            this.name = name;
            this.tty = tty;
        }

        int run(List<String> command) {
            StringBuilder text = new StringBuilder("attach\n");
            if (!command.isEmpty()) {
                text.append("program ").append(encode(program(command))).append('\n');
            }
            tty.ifPresent(each -> text.append(screen(each)));
            send(text.append('\n').toString());
            request.forward().accept(this::signalled);
            tty.ifPresent(RawTerminal::raw);
            try {
                if (!command.isEmpty()) {
                    send("eof\n");
                } else {
                    Thread typing = new Thread(this::type, "sluice input");
                    typing.setDaemon(true);
                    typing.start();
                }
                return answers(!command.isEmpty());
            } finally {
                tty.ifPresent(RawTerminal::restore);
                if (signal != 0 && tty.isPresent()) {
                    System.err.println();
                }
            }
        }

        private String screen(RawTerminal terminal) {
            RawTerminal.Size size = terminal.size();
            Bytes type = request.environment().getOrDefault(Bytes.utf8("TERM"), Bytes.utf8("dumb"));
            return "screen " + Lines.encode(type) + " " + size.columns() + " " + size.rows() + "\n";
        }

        private synchronized void send(String text) {
            socket.send(Lines.ascii(text), List.of());
        }

        private void signalled(int number) {
            if (number == SIGWINCH) {
                tty.ifPresent(each -> trySend(screen(each)));
            } else if (number != SIGTSTP) {
                signal = number;
                socket.shutdown();
            }
        }

        /** A supervisor that has gone is told of by the thread that listens to it. */
        private boolean trySend(String text) {
            try {
                send(text);
                return true;
            } catch (SysException e) {
                return false;
            }
        }

        private void type() {
            byte[] buffer = new byte[4096];
            try {
                InputStream in = System.in;
                int length = in.read(buffer);
                while (length >= 0 && trySend("in " + Lines.encode(Bytes.of(buffer, 0, length)) + "\n")) {
                    length = in.read(buffer);
                }
                trySend("eof\n");
            } catch (IOException e) {
                // A terminal that was hung up: nobody is there to attach for.
                signalled(SIGINT);
            }
        }

        private int answers(boolean single) {
            Lines lines = new Lines(socket);
            while (true) {
                Optional<String> line = lines.next();
                if (signal != 0) {
                    return 128 + signal;
                }
                if (line.isEmpty()) {
                    return gone(single);
                }
                String[] words = line.get().split(" ", -1);
                switch (words[0]) {
                    case "out" -> show(System.out, words[1]);
                    case "err" -> show(System.err, words[1]);
                    case "exit" -> {
                        return Integer.parseInt(words[1]);
                    }
                    case "error" ->
                        throw new Failure(
                                Integer.parseInt(words[1]),
                                Lines.decode(words[2]).decode());
                    default ->
                        throw Failure.of("the supervisor answered '" + words[0] + "'; is it of another version?");
                }
            }
        }

        /** The connection ended without a word: so did the run. */
        private int gone(boolean single) {
            if (single) {
                throw Failure.of(name + CUT);
            }
            tty.ifPresent(RawTerminal::restore);
            if (tty.isPresent()) {
                System.err.println();
            }
            Console.say(name + " has ended, and its shell with it");
            return 0;
        }

        private void show(java.io.PrintStream stream, String content) {
            byte[] bytes = Lines.decode(content).toArray();
            stream.write(bytes, 0, bytes.length);
            stream.flush();
            if (stream.checkError()) {
                // As a writer to a pipe that nobody reads any more.
                signalled(13);
            }
        }
    }

    private static String encode(String text) {
        return Lines.encode(Bytes.utf8(text));
    }
}
