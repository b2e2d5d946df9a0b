package org.sluice.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The names and numbers of the system calls of one architecture. Immutable. */
public final class SyscallTable {

    private static final SyscallTable HOST = load("x86_64");

    private final Map<String, Integer> numbers;
    private final Map<Integer, String> names;

    private SyscallTable(Map<String, Integer> numbers) {
        this.numbers = Map.copyOf(numbers);
        Map<Integer, String> reverse = new HashMap<>();
        numbers.forEach((name, number) -> reverse.put(number, name));
        this.names = Map.copyOf(reverse);
    }

    /** The table of the machine that this runs on. */
    public static SyscallTable host() {
        return HOST;
    }

    /** The number of a call. */
    public int number(String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException("no system call is named " + name);
        }
        return number;
    }

    /** The name of a number, or {@code #N} if it has none. */
    public String name(int number) {
        return names.getOrDefault(number, "#" + number);
    }

    private static SyscallTable load(String architecture) {
        Map<String, Integer> numbers = new HashMap<>();
        String file = "syscalls-" + architecture + ".tsv";
        try (InputStream in = SyscallTable.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the bundle");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] columns = line.split("\t", -1);
                if (!line.startsWith("#")) {
                    numbers.put(columns[1], Integer.valueOf(columns[0]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        return new SyscallTable(numbers);
    }
}
