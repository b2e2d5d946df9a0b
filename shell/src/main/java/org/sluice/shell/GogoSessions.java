package org.sluice.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.ShellSessions;

/**
 * Sessions of the Gogo shell for who attaches to a running supervisor: on a terminal with all that JLine offers, otherwise
 * line by line, results to one stream and complaints to the other.
 */
@Component(service = ShellSessions.class)
public final class GogoSessions implements ShellSessions {

    private final BundleContext context;
    private final CommandProcessor processor;
    private final GogoCommands commands;

    /** Made by Declarative Services. */
    @Activate
    public GogoSessions(BundleContext context, @Reference CommandProcessor processor) {
        this.context = context;
        this.processor = processor;
        this.commands = new GogoCommands(context, processor);
    }

    @Deactivate
    void stop() {
        commands.close();
    }

    @Override
    public int run(Client client) {
        commands.open();
        try {
            return client.screen().isPresent()
                    ? onTerminal(client, client.screen().get())
                    : byLine(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int onTerminal(Client client, Screen screen) throws IOException {
        try (RemoteTerminal terminal = new RemoteTerminal(client.in(), client.out(), screen);
                CommandSession session =
                        processor.createSession(terminal.input(), terminal.output(), terminal.output())) {
            session.put(Shell.VAR_TERMINAL, terminal);
            session.put(SessionCommands.LEAVE, (Runnable) terminal::leave);
            client.listen(new Hearing(session, terminal));
            new Shell(commands.shellContext(), processor).gosh(session, arguments());
            return 0;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the shell failed: " + e.getMessage(), e);
        }
    }

    /** As the console of {@code sluice shell} is told by the same property; a session never ends the framework. */
    private String[] arguments() {
        List<String> arguments = new ArrayList<>(List.of("--login", "--noshutdown"));
        @Nullable String more = context.getProperty("gosh.args");
        if (more != null) {
            arguments.addAll(List.of(more.split(" ", -1)));
        }
        return arguments.toArray(String[]::new);
    }

    private int byLine(Client client) throws IOException {
        PrintStream out = new PrintStream(client.out(), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(client.err(), true, StandardCharsets.UTF_8);
        // What a command reads would be taken from the lines that follow it, as in a shell.
        try (CommandSession session = processor.createSession(client.in(), out, err)) {
            session.put("SCOPE", SCOPE);
            client.listen(new Hearing(session, null));
            if (client.program().isPresent()) {
                return execute(session, client.program().get(), out, err);
            }
            boolean[] left = {false};
            session.put(SessionCommands.LEAVE, (Runnable) () -> left[0] = true);
            BufferedReader lines = new BufferedReader(new InputStreamReader(client.in(), StandardCharsets.UTF_8));
            int status = 0;
            for (String line = lines.readLine(); line != null && !left[0]; line = lines.readLine()) {
                status = execute(session, line, out, err);
            }
            return status;
        }
    }

    private static int execute(CommandSession session, String line, PrintStream out, PrintStream err) {
        try {
            Object result = session.execute(line);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return 0;
        } catch (Exception e) {
            // Whatever a command throws is for who typed it.
            err.println("sluice: " + Complaints.of(e));
            return 1;
        } finally {
            out.flush();
        }
    }

    /** Commands are looked for here in turn, so that {@code ps} is {@code sluice:ps}. */
    static final String SCOPE = "sluice:gogo:*";
}
