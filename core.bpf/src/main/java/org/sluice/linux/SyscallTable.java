package org.sluice.linux;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system calls of one architecture: names, numbers, arguments. Generated from the kernel's headers and event formats
 * by {@code src/build/generate-syscalls}. Immutable.
 */
public final class SyscallTable {

    private static final Set<String> ARCHITECTURES = Set.of("x86_64", "aarch64");
    /** Filled when first asked for: a start does not wait for a table that it does not use. */
    private static final Map<String, SyscallTable> TABLES = new ConcurrentHashMap<>();

    private static final SyscallTable HOST = of(hostArchitecture());

    private final String architecture;
    private final Map<String, Integer> numbers;
    private final Map<Integer, String> names;
    /** As the table has them: of most calls nobody asks for the arguments, and taking all apart would delay a start. */
    private final Map<Integer, List<String>> columns;

    private final Map<Integer, List<Argument>> arguments = new ConcurrentHashMap<>();

    private SyscallTable(String architecture, List<List<String>> rows) {
        this.architecture = architecture;
        Map<String, Integer> numbered = new HashMap<>();
        Map<Integer, String> named = new HashMap<>();
        Map<Integer, List<String>> rest = new HashMap<>();
        for (List<String> row : rows) {
            Integer number = Integer.valueOf(row.get(0));
            numbered.put(row.get(1), number);
            named.put(number, row.get(1));
            rest.put(number, row.subList(2, row.size()));
        }
        this.numbers = Collections.unmodifiableMap(numbered);
        this.names = Collections.unmodifiableMap(named);
        this.columns = Collections.unmodifiableMap(rest);
    }

    /** The table of the machine that this runs on. */
    public static SyscallTable host() {
        return HOST;
    }

    /**
     * The table of {@code x86_64} or {@code aarch64}.
     *
     * @throws IllegalArgumentException for any other architecture
     */
    public static SyscallTable of(String architecture) {
        if (!ARCHITECTURES.contains(architecture)) {
            throw new IllegalArgumentException(
                    "no system call table for " + architecture + "; there is one for x86_64 and aarch64");
        }
        return TABLES.computeIfAbsent(architecture, SyscallTable::load);
    }

    /** What {@code uname -m} says on such a machine. */
    public String architecture() {
        return architecture;
    }

    /**
     * The number of a call.
     *
     * @throws IllegalArgumentException if there is none of that name; the message has the nearest one
     */
    public int number(String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException(
                    "no system call is named " + name + "; the nearest name is " + nearest(name));
        }
        return number;
    }

    /** Whether this architecture has the call. */
    public boolean has(String name) {
        return numbers.containsKey(name);
    }

    /** The name of a number, or {@code #N} if it has none. */
    public String name(int number) {
        String name = names.get(number);
        return name != null ? name : "#" + number;
    }

    /** All names. */
    public Set<String> names() {
        return numbers.keySet();
    }

    /** The name that differs least from a name that does not exist. */
    public String nearest(String name) {
        return Names.nearest(name, numbers.keySet());
    }

    /** The arguments of a call in register order; empty for a call that has none or whose arguments are not known. */
    public List<Argument> arguments(int number) {
        return arguments.computeIfAbsent(number, of -> columns.getOrDefault(of, List.of()).stream()
                .map(SyscallTable::argument)
                .toList());
    }

    /**
     * The arguments of a call in register order.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public List<Argument> arguments(String name) {
        return arguments(number(name));
    }

    private static String hostArchitecture() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static SyscallTable load(String architecture) {
        return new SyscallTable(architecture, Resource.table("syscalls-" + architecture + ".tsv"));
    }

    /** {@code fd:32}, {@code len:64} or {@code addr:*}. */
    private static Argument argument(String column) {
        int colon = column.indexOf(':');
        String type = column.substring(colon + 1);
        boolean pointer = type.equals("*");
        return new Argument(column.substring(0, colon), pointer ? 64 : Integer.parseInt(type), pointer);
    }
}
