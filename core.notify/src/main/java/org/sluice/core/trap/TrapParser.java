package org.sluice.core.trap;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Reads a trap. The grammar is published with {@link org.sluice.notify.Traps}; spaces may stand between its tokens. An
 * error names the trap, the position (from 1) and what would have been right.
 */
public final class TrapParser {

    private final String text;
    private final Names names;
    private int at;

    private TrapParser(String text, Names names) {
        this.text = text;
        this.names = names;
    }

    /**
     * Reads one trap.
     *
     * @throws IllegalArgumentException if it is not well formed or has an unknown name
     */
    public static Trap parse(String text, Names names) {
        return new TrapParser(text, names).trap();
    }

    private Trap trap() {
        int start = skipSpaces();
        String syscall = word("a system call");
        OptionalInt number = names.number(syscall);
        if (number.isEmpty()) {
            throw error(start, "no system call is named " + syscall + "; the nearest is " + names.nearest(syscall));
        }
        List<Condition> conditions = new ArrayList<>();
        if (accept('(')) {
            do {
                conditions.add(condition(syscall));
            } while (accept(','));
            expect(')');
        }
        if (skipSpaces() < text.length()) {
            throw error(at, "nothing may follow the trap");
        }
        return new Trap(text, syscall, number.getAsInt(), conditions);
    }

    private Condition condition(String syscall) {
        int start = skipSpaces();
        String argument = word("an argument of " + syscall);
        List<Names.Parameter> parameters = names.parameters(syscall);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().equals(argument)) {
                return test(i, parameters.get(i).bits());
            }
        }
        String known = parameters.stream().map(Names.Parameter::name).collect(Collectors.joining(", "));
        throw error(
                start,
                syscall + " has no argument " + argument + (known.isEmpty() ? "; it has none" : "; it has " + known));
    }

    private Condition test(int index, int bits) {
        if (accept('&')) {
            return masked(index, bits, constant(bits));
        }
        if (accept('!')) {
            expect('=');
            int start = skipSpaces();
            if (constant(bits) != 0) {
                throw error(start, "only 0 may follow !=");
            }
            return new Condition(index, bits, Condition.Kind.NOT_ZERO, List.of());
        }
        if (!accept('=')) {
            throw error(at, "=, & or != expected");
        }
        List<Long> operands = new ArrayList<>();
        do {
            operands.add(constant(bits));
        } while (accept('|'));
        return new Condition(index, bits, Condition.Kind.ONE_OF, operands);
    }

    private Condition masked(int index, int bits, long mask) {
        if (!accept('=')) {
            return new Condition(index, bits, Condition.Kind.ANY_BIT, List.of(mask));
        }
        List<Long> operands = new ArrayList<>(List.of(mask));
        do {
            int start = skipSpaces();
            long value = constant(bits);
            if ((value & ~mask) != 0) {
                throw error(start, "the constant has bits that its mask has not");
            }
            operands.add(value);
        } while (accept('|'));
        return new Condition(index, bits, Condition.Kind.MASKED, operands);
    }

    private long constant(int bits) {
        int start = skipSpaces();
        String word = word("a constant");
        if (!Character.isDigit(word.charAt(0))) {
            OptionalLong value = names.constant(word);
            if (value.isEmpty()) {
                throw error(start, "no constant is named " + word + "; write its number");
            }
            return value.getAsLong();
        }
        long value;
        try {
            value = word.startsWith("0x") ? Long.parseUnsignedLong(word, 2, word.length(), 16) : Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw error(start, word + " is not a number of at most 64 bits");
        }
        if (bits == 32 && value >>> 32 != 0) {
            throw error(start, word + " does not fit the 32 bits of the argument");
        }
        return value;
    }

    private String word(String what) {
        int start = skipSpaces();
        while (at < text.length() && isWord(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw error(start, what + " expected");
        }
        return text.substring(start, at);
    }

    private static boolean isWord(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private boolean accept(char wanted) {
        if (skipSpaces() < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw error(at, wanted + " expected");
        }
    }

    private int skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private IllegalArgumentException error(int position, String what) {
        return new IllegalArgumentException("trap \"" + text + "\", position " + (position + 1) + ": " + what);
    }
}
