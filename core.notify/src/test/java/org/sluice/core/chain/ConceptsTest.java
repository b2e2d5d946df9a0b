package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.sluice.core.trap.HostNames;
import org.sluice.core.trap.Trap;
import org.sluice.handler.bind.SafeBind;
import org.sluice.handler.connect.NetworkRules;
import org.sluice.handler.netlink.VirtualInterfaces;
import org.sluice.handler.openat.FileBroker;
import org.sluice.handler.portmap.PortMapping;
import org.sluice.handler.procfs.ProcessFiles;
import org.sluice.handler.unix.UnixAllowlist;
import org.sluice.notify.Stage;

/** The table call × stage × handler of the manual is what the handlers declare. */
class ConceptsTest {

    private static final List<Class<?>> HANDLERS = List.of(
            SafeBind.class,
            NetworkRules.class,
            VirtualInterfaces.class,
            FileBroker.class,
            PortMapping.class,
            ProcessFiles.class,
            UnixAllowlist.class);

    @Test
    void tableOfTheManualIsWhatHandlersDeclare() throws IOException {
        TreeMap<String, String> declared = new TreeMap<>();
        List<HandlerDescription> handlers = HANDLERS.stream()
                .map(type -> HandlerDescription.of(type, 0, "1", "test", new HostNames()))
                .toList();
        for (HandlerDescription handler : handlers) {
            for (Trap trap : handler.traps()) {
                declared.putIfAbsent(trap.syscall(), row(trap.syscall(), handlers));
            }
        }

        assertEquals(String.join("\n", new TreeSet<>(declared.values())), String.join("\n", manual()));
    }

    private static String row(String syscall, List<HandlerDescription> handlers) {
        List<String> cells = new ArrayList<>(List.of("`" + syscall + "`"));
        for (Stage stage : Stage.values()) {
            TreeSet<String> names = new TreeSet<>();
            for (HandlerDescription handler : handlers) {
                boolean traps =
                        handler.traps().stream().anyMatch(trap -> trap.syscall().equals(syscall));
                if (handler.stage() == stage && traps) {
                    names.add("`" + handler.name() + "`");
                }
            }
            cells.add(names.isEmpty() ? "–" : String.join(", ", names));
        }
        return String.join(" | ", cells);
    }

    /** The rows below the heading of the table, without the last column, by the name of the call. */
    private static List<String> manual() throws IOException {
        List<String> lines = Files.readAllLines(root().resolve("docs/concepts.md"));
        int head = lines.indexOf("| call | OBSERVE | DECIDE | LEARN | TRANSLATE | ANSWER | then |");
        TreeSet<String> rows = new TreeSet<>();
        for (int i = head + 2; lines.get(i).startsWith("|"); i++) {
            String line = lines.get(i);
            rows.add(line.substring(2, line.lastIndexOf(" | ")));
        }
        return List.copyOf(rows);
    }

    /** Maven runs tests in the module's folder, other tools in that of the workspace. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : Objects.requireNonNull(here.getParent());
    }
}
