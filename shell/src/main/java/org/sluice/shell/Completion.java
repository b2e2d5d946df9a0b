package org.sluice.shell;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jline.reader.ParsedLine;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.sluice.core.HandlerStatus;
import org.sluice.core.Sandbox;
import org.sluice.core.SandboxFactory;

/** What the shell offers when a word of a {@code sluice:*} command is to be completed; etc/gosh_profile asks. */
@Component(
        service = Completion.class,
        property = {"osgi.command.scope=sluice", "osgi.command.function=__words"})
public final class Completion {

    private static final Set<String> RULES = Set.of("allow", "deny");
    private static final List<String> LEVELS = List.of("debug", "error", "info", "off", "trace", "warn");

    private final SandboxFactory factory;

    /** Made by Declarative Services. */
    @Activate
    public Completion(@Reference SandboxFactory factory) {
        this.factory = factory;
    }

    /** The words that can stand where the cursor is. */
    @Descriptor("completes a word of a command of Sluice")
    public List<String> __words(CommandSession session) {
        return session.get(".commandLine") instanceof ParsedLine line
                ? words(line.words(), line.wordIndex())
                : List.of();
    }

    private List<String> sandboxes() {
        return factory.sandboxes().stream().map(Sandbox::name).sorted().toList();
    }

    /** Of all sandboxes. */
    private List<String> handlers() {
        return factory.sandboxes().stream()
                .flatMap(sandbox -> sandbox.handlers().stream().map(HandlerStatus::name))
                .distinct()
                .sorted()
                .toList();
    }

    /** The numbers of what waits, and how long an answer may hold. */
    private List<String> answers(String command, List<String> given) {
        if (given.isEmpty()) {
            return factory.approvals().waiting().stream()
                    .map(each -> Long.toString(each.id()))
                    .toList();
        }
        List<String> scopes =
                command.equals("approve") ? List.of("always", "once", "session") : List.of("never", "once");
        return given.size() == 1 ? scopes : List.of();
    }

    /** Candidates for the word at {@code index} of a line. */
    List<String> words(List<String> line, int index) {
        String command = line.get(0).substring(line.get(0).indexOf(':') + 1);
        List<String> given = line.subList(1, index).stream()
                .filter(word -> !word.startsWith("-"))
                .toList();
        if (command.equals("swap")) {
            return given.isEmpty() ? handlers() : List.of();
        }
        if (command.equals("log")) {
            return given.size() == 1 ? LEVELS : List.of();
        }
        if (command.equals("config")) {
            return given.isEmpty() ? List.of("approvals", "supervisor") : List.of();
        }
        if (command.equals("profile")) {
            return given.isEmpty() ? List.of("reload", "show") : given.size() == 1 ? sandboxes() : List.of();
        }
        if (command.equals("approve") || command.equals("reject")) {
            return answers(command, given);
        }
        if (given.isEmpty() || command.equals("trace")) {
            return sandboxes();
        }
        if (given.size() == 1 && RULES.contains(command)) {
            return List.of("bind", "connect", "send");
        }
        if (given.size() == 1 && command.equals("release")) {
            return factory.sandbox(given.get(0)).stream()
                    .flatMap(sandbox -> sandbox.handlers().stream().map(HandlerStatus::name))
                    .distinct()
                    .sorted()
                    .toList();
        }
        return given.size() == 1 && command.equals("links")
                ? Stream.of("add", "down", "remove", "up").toList()
                : List.of();
    }
}
