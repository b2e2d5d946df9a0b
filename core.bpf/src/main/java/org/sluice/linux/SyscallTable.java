package org.sluice.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private final Map<Integer, List<Argument>> arguments;

    private SyscallTable(String architecture, Map<String, Integer> numbers, Map<Integer, List<Argument>> arguments) {
        this.architecture = architecture;
        this.numbers = Map.copyOf(numbers);
        Map<Integer, String> reverse = new HashMap<>();
        numbers.forEach((name, number) -> reverse.put(number, name));
        this.names = Map.copyOf(reverse);
        this.arguments = Map.copyOf(arguments);
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
        return arguments.getOrDefault(number, List.of());
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
        Map<String, Integer> numbers = new TreeMap<>();
        Map<Integer, List<Argument>> arguments = new HashMap<>();
        for (List<String> columns : Resource.table("syscalls-" + architecture + ".tsv")) {
            int number = Integer.parseInt(columns.get(0));
            numbers.put(columns.get(1), number);
            List<Argument> list = new ArrayList<>();
            for (String column : columns.subList(2, columns.size())) {
                list.add(argument(column));
            }
            arguments.put(number, List.copyOf(list));
        }
        return new SyscallTable(architecture, numbers, arguments);
    }

    /** {@code fd:32}, {@code len:64} or {@code addr:*}. */
    private static Argument argument(String column) {
        int colon = column.indexOf(':');
        String type = column.substring(colon + 1);
        boolean pointer = type.equals("*");
        return new Argument(column.substring(0, colon), pointer ? 64 : Integer.parseInt(type), pointer);
    }
}
