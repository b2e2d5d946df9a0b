package org.sluice.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.policy.DenialLog.Group;
import org.sluice.policy.json.JsonText;

/**
 * What was denied in a run, for people and for machines. Immutable.
 *
 * @param sandbox the sandbox's name
 * @param summary what was denied
 * @param exitStatus the command's exit status as a shell gives it
 * @param filesConfined whether Landlock confined the command to granted files
 * @param machineShown whether procfs and sysfs showed the machine's network where the command had one of its own
 */
public record Report(
        String sandbox, DenialLog.Summary summary, int exitStatus, boolean filesConfined, boolean machineShown) {

    private static final int WIDTH = 80;

    /** Targets of one kind that are listed; the rest is counted. */
    private static final int LISTED = 10;

    private static final String LANDLOCK = "The command failed. Landlock, which confines it to the granted files,"
            + " denies in the kernel, and such denials are not recorded here. If a file was missing to the command,"
            + " grant it with --read PATH or --write PATH.";

    private static final String MACHINE =
            "Without virtual files /proc/net and /sys showed the machine's network interfaces.";

    /** Whether the sentence about Landlock belongs to this run. */
    private boolean suspectsFiles() {
        return filesConfined && exitStatus != 0;
    }

    /** Lines of at most 80 columns where words allow it, each ended; empty if there is nothing to say. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (summary.count() > 0) {
            text.append("sluice: ")
                    .append(calls(summary.count()))
                    .append(" denied in ")
                    .append(sandbox)
                    .append('\n');
            byKind().forEach((kind, groups) -> kind(text, kind, groups));
            if (summary.ungrouped() > 0) {
                line(text, "  ", "and " + summary.ungrouped() + " more of other targets");
            }
        }
        if (suspectsFiles()) {
            line(text, summary.count() > 0 ? "  " : "sluice: ", LANDLOCK);
        }
        if (machineShown && text.length() > 0) {
            line(text, "  ", MACHINE);
        }
        return text.toString();
    }

    private Map<String, List<Group>> byKind() {
        Map<String, List<Group>> kinds = new LinkedHashMap<>();
        for (Group group : summary.groups()) {
            kinds.computeIfAbsent(group.denial().operation(), key -> new ArrayList<>())
                    .add(group);
        }
        return kinds;
    }

    private static void kind(StringBuilder text, String kind, List<Group> groups) {
        long calls = groups.stream().mapToLong(Group::count).sum();
        text.append("  ").append(safe(kind)).append(" (").append(calls).append(")\n");
        Set<String> remedies = new LinkedHashSet<>();
        for (Group group : groups.subList(0, Math.min(LISTED, groups.size()))) {
            String times = group.count() == 1 ? "" : " (" + group.count() + " times)";
            line(
                    text,
                    "    ",
                    safe(group.denial().target()) + times + ": "
                            + safe(group.denial().reason()));
            if (!group.denial().remedy().isEmpty()) {
                remedies.add(safe(group.denial().remedy()));
            }
        }
        if (groups.size() > LISTED) {
            line(text, "    ", "and " + (groups.size() - LISTED) + " more targets; --report json lists them");
        }
        if (!remedies.isEmpty()) {
            words(text, "    to allow: ", "      ", List.copyOf(remedies));
        }
    }

    private static String calls(long count) {
        return count == 1 ? "1 call was" : count + " calls were";
    }

    private static void line(StringBuilder text, String indent, String sentence) {
        words(text, indent, " ".repeat(Math.min(indent.length(), 4)) + "  ", List.of(sentence.split(" ", -1)));
    }

    /** Words with spaces between; a word that is longer than a line has one of its own. */
    private static void words(StringBuilder text, String first, String next, List<String> words) {
        StringBuilder line = new StringBuilder(first);
        boolean fresh = true;
        for (String word : words) {
            if (!fresh && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(next);
                fresh = true;
            }
            line.append(fresh ? "" : " ").append(word);
            fresh = false;
        }
        text.append(line).append('\n');
    }

    /** Nothing that a terminal would act on: control characters and what reorders text become escapes. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean odd = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            safe.append(odd ? String.format("\\u%04x", point) : Character.toString(point));
        });
        return safe.toString();
    }

    /** The same as JSON, every group in it. */
    public String json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("sandbox", sandbox);
        root.put("exitStatus", exitStatus);
        root.put("denied", summary.count());
        root.put("ungrouped", summary.ungrouped());
        root.put("denials", summary.groups().stream().map(Report::json).toList());
        root.put("filesConfined", filesConfined);
        root.put("machineShown", machineShown);
        if (suspectsFiles()) {
            root.put("note", LANDLOCK);
        }
        return JsonText.pretty(root);
    }

    private static Map<String, Object> json(Group group) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("operation", group.denial().operation());
        object.put("target", group.denial().target());
        object.put("reason", group.denial().reason());
        object.put("remedy", group.denial().remedy());
        object.put("count", group.count());
        object.put("first", group.first().time().toString());
        object.put("last", group.last().toString());
        object.put("pid", group.first().pid());
        object.put("command", group.first().command());
        object.put("syscall", group.first().syscall());
        object.put("errno", group.first().errno());
        return object;
    }
}
