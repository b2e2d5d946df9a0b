package org.sluice.launcher.inside;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.core.Sandbox;
import org.sluice.policy.DenialRecord;

/** What is said about denials at the end of a run. */
enum Report {
    /** Grouped, for people. */
    TEXT,
    /** Nothing. */
    NONE;

    static Report of(String word) {
        return switch (word) {
            case "text" -> TEXT;
            case "none" -> NONE;
            default -> throw Failure.of("--report " + word + ": write text, json or none");
        };
    }

    void print(Sandbox sandbox, int status, boolean quiet) {
        if (this == NONE || sandbox.denials().isEmpty()) {
            return;
        }
        Map<String, List<DenialRecord>> groups = new LinkedHashMap<>();
        for (DenialRecord record : sandbox.denials()) {
            groups.computeIfAbsent(
                            record.denial().operation() + " " + record.denial().target(), key -> new ArrayList<>())
                    .add(record);
        }
        Set<String> remedies = new LinkedHashSet<>();
        groups.forEach((what, records) -> {
            DenialRecord first = records.get(0);
            Console.say("denied " + what + " (" + first.denial().reason() + ", " + first.syscall() + " of "
                    + first.command() + (records.size() > 1 ? ", " + records.size() + " times" : "") + ")");
            if (!first.denial().remedy().isEmpty()) {
                remedies.add(first.denial().remedy());
            }
        });
        if (!quiet && !remedies.isEmpty()) {
            Console.say("to allow: " + String.join(" ", remedies));
        }
    }
}
