package org.sluice.core.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sluice.core.trap.Names;
import org.sluice.core.trap.Trap;
import org.sluice.core.trap.TrapParser;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;

/**
 * What a handler says of itself when it is registered.
 *
 * @param name its identity
 * @param stage its place in the chain
 * @param schema the version of its state, 1 or more
 * @param access how its calls end
 * @param traps the upper bound of what it may see
 * @param ranking its order inside the stage, and among handlers of its name; higher comes first
 * @param version its version as OSGi writes it
 * @param origin where it came from, for people
 */
public record HandlerDescription(
        String name,
        Stage stage,
        int schema,
        Traps.Access access,
        List<Trap> traps,
        int ranking,
        String version,
        String origin) {

    /** The best first: highest ranking, then newest version. */
    static final Comparator<HandlerDescription> BEST_FIRST = HandlerDescription::compareBestFirst;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

    /**
     * Checks what can be wrong.
     *
     * @throws IllegalArgumentException with a message that names the handler, its origin and the remedy
     */
    public HandlerDescription {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("handler of " + origin + ": the name \"" + name
                    + "\" is not made of lower-case letters and digits, joined by single dots or dashes");
        }
        if (schema < 1) {
            throw new IllegalArgumentException(
                    "handler " + name + " of " + origin + ": schema " + schema + " is below 1");
        }
        if (traps.isEmpty()) {
            throw new IllegalArgumentException(
                    "handler " + name + " of " + origin + " has no traps; add @Traps with at least one");
        }
        traps = List.copyOf(traps);
    }

    /**
     * Reads the properties of a service.
     *
     * @param properties as the component property types {@link Handler} and {@link Traps} write them
     * @throws IllegalArgumentException if something is missing or wrong
     */
    public static HandlerDescription of(
            Map<String, ?> properties, int ranking, String version, String origin, Names names) {
        @Nullable Object name = properties.get(SyscallHandler.NAME);
        if (name == null) {
            throw new IllegalArgumentException("a SyscallHandler of " + origin + " has no property "
                    + SyscallHandler.NAME + "; annotate it with @Handler");
        }
        String who = "handler " + name + " of " + origin;
        Stage stage = constant(Stage.class, properties.get(SyscallHandler.STAGE), who, SyscallHandler.STAGE);
        @Nullable Object access = properties.get(SyscallHandler.ACCESS);
        return new HandlerDescription(
                name.toString(),
                stage,
                schema(properties.get(SyscallHandler.SCHEMA), who),
                access == null
                        ? Traps.Access.PERFORM
                        : constant(Traps.Access.class, access, who, SyscallHandler.ACCESS),
                traps(strings(properties.get(SyscallHandler.TRAPS)), who, names),
                ranking,
                version,
                origin);
    }

    /**
     * Reads the annotations of a class, for handlers outside a framework.
     *
     * @throws IllegalArgumentException if something is missing or wrong
     */
    public static HandlerDescription of(Class<?> type, int ranking, String version, String origin, Names names) {
        @Nullable Handler handler = type.getAnnotation(Handler.class);
        @Nullable Traps traps = type.getAnnotation(Traps.class);
        if (handler == null || traps == null) {
            throw new IllegalArgumentException(
                    type.getName() + " of " + origin + " lacks " + (handler == null ? "@Handler" : "@Traps"));
        }
        String who = "handler " + handler.name() + " of " + origin;
        return new HandlerDescription(
                handler.name(),
                handler.stage(),
                handler.schema(),
                traps.access(),
                traps(List.of(traps.value()), who, names),
                ranking,
                version,
                origin);
    }

    private static List<Trap> traps(List<String> texts, String who, Names names) {
        try {
            List<Trap> traps = new ArrayList<>(texts.size());
            for (String text : texts) {
                traps.add(TrapParser.parse(text, names));
            }
            return traps;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
        }
    }

    private static int schema(@Nullable Object value, String who) {
        if (value == null) {
            return 1;
        }
        try {
            return Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    who + ": " + SyscallHandler.SCHEMA + " is " + value + ", not a number", e);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, @Nullable Object value, String who, String key) {
        for (E constant : type.getEnumConstants()) {
            if (value != null && constant.name().equals(value.toString())) {
                return constant;
            }
        }
        throw new IllegalArgumentException(who + ": " + key + (value == null ? " is missing" : " is " + value)
                + "; use one of " + Arrays.toString(type.getEnumConstants()));
    }

    private static List<String> strings(@Nullable Object value) {
        if (value instanceof String[] array) {
            return List.of(array);
        }
        if (value instanceof Iterable<?> elements) {
            List<String> all = new ArrayList<>();
            for (Object element : elements) {
                all.add(String.valueOf(element));
            }
            return all;
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    private static int compareBestFirst(HandlerDescription a, HandlerDescription b) {
        int ranking = Integer.compare(b.ranking, a.ranking);
        return ranking != 0 ? ranking : compareVersions(b.version, a.version);
    }

    /** OSGi's order: three numbers, then the qualifier as text. */
    private static int compareVersions(String a, String b) {
        String[] left = a.split("\\.", 4);
        String[] right = b.split("\\.", 4);
        for (int i = 0; i < 3; i++) {
            int order = Integer.compare(part(left, i), part(right, i));
            if (order != 0) {
                return order;
            }
        }
        return (left.length < 4 ? "" : left[3]).compareTo(right.length < 4 ? "" : right[3]);
    }

    private static int part(String[] parts, int index) {
        boolean number = index < parts.length && parts[index].matches("[0-9]{1,9}");
        return number ? Integer.parseInt(parts[index]) : 0;
    }
}
