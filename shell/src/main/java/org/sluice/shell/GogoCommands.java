package org.sluice.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;

/**
 * The commands that come with the Gogo shell. Its own bundle registers them when it starts, and opens a console on this
 * process's terminal with them; in the supervisor of a command that terminal is the command's, so that bundle is not
 * started there and its commands are registered here. Thread-safe.
 */
final class GogoCommands implements AutoCloseable {

    private static final String SCOPE = CommandProcessor.COMMAND_SCOPE;
    private static final String FUNCTION = CommandProcessor.COMMAND_FUNCTION;

    private static final List<String> BUILTIN = List.of(
            "format",
            "getopt",
            "new",
            "set",
            "tac",
            "type",
            "jobs",
            "fg",
            "bg",
            "keymap",
            "setopt",
            "unsetopt",
            "complete",
            "history",
            "widget",
            "__files",
            "__directories",
            "__usage_completion");
    private static final List<String> PROCEDURAL =
            List.of("each", "if", "not", "throw", "try", "until", "while", "break", "continue");
    private static final List<String> POSIX = List.of(
            "cat", "echo", "grep", "sort", "sleep", "cd", "pwd", "ls", "less", "watch", "head", "tail", "clear", "wc",
            "date");
    private static final List<String> SHELL = List.of("gosh", "sh", "source", "help");

    private final BundleContext context;
    private final CommandProcessor processor;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private boolean open;

    GogoCommands(BundleContext context, CommandProcessor processor) {
        this.context = context;
        this.processor = processor;
    }

    /** Registers them unless they are there. */
    synchronized void open() {
        if (open) {
            return;
        }
        open = true;
        if (arePresent()) {
            return;
        }
        BundleContext system = context.getBundle(0).getBundleContext();
        registrations.add(context.registerService(Converter.class, new Converters(system), null));
        register(new Builtin(), BUILTIN);
        register(new Procedural(), PROCEDURAL);
        register(new Posix(processor), POSIX);
        register(new Shell(shellContext(), processor), SHELL);
    }

    private boolean arePresent() {
        try {
            return !context.getServiceReferences(Object.class, "(&(" + SCOPE + "=gogo)(" + FUNCTION + "=gosh))")
                    .isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void register(Object commands, List<String> functions) {
        Map<String, Object> properties = Map.of(SCOPE, "gogo", FUNCTION, functions.toArray(String[]::new));
        registrations.add(context.registerService(
                commands.getClass().getName(), commands, FrameworkUtil.asDictionary(properties)));
    }

    /** What a session of the shell is told of the framework. */
    Shell.Context shellContext() {
        return new Shell.Context() {
            @Override
            public @Nullable String getProperty(String name) {
                return context.getProperty(name);
            }

            @Override
            public void exit() throws BundleException {
                context.getBundle(0).stop();
            }
        };
    }

    @Override
    public synchronized void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }
}
