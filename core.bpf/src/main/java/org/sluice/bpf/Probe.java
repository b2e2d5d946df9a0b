package org.sluice.bpf;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this kernel and this host offer. Asks the kernel itself wherever it can, and leaves the process as it was: flags
 * are tried with a NULL pointer, a listener is made by a thread that ends at once, and memory and descriptors are taken
 * from a child that is made for it. Immutable.
 */
public final class Probe {

    private static final int WIDTH = 80;
    private static final int NAME_WIDTH = 28;

    private final List<Feature> features;

    private Probe(List<Feature> features) {
        this.features = List.copyOf(features);
    }

    /** Looks at everything; takes some milliseconds. */
    public static Probe run() {
        List<Feature> features = new ArrayList<>();
        features.add(HostProbe.kernel());
        features.add(HostProbe.fastReplyFix());
        features.addAll(SeccompProbe.features());
        features.addAll(HostProbe.landlock());
        features.addAll(ProcessProbe.features());
        features.addAll(HostProbe.configuration());
        return new Probe(features);
    }

    /** Everything that was looked at. */
    public List<Feature> features() {
        return features;
    }

    /** The features without which no command can be run here; empty if Sluice works. */
    public List<Feature> missing() {
        return features.stream()
                .filter(feature -> feature.required() && !feature.present())
                .toList();
    }

    /** Whether another supervisor has a listener on this process already, so that there can be none of ours. */
    public boolean supervised() {
        return features.stream().anyMatch(SeccompProbe::isTaken);
    }

    /** For people, at most 80 columns wide; what is absent is followed by what that costs. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Feature feature : features) {
            String head = String.format("%-" + NAME_WIDTH + "s%-5s", feature.name(), feature.present() ? "yes" : "NO");
            wrap(text, head, feature.detail());
            if (!feature.present()) {
                wrap(text, " ".repeat(head.length()), feature.cost());
            }
        }
        List<Feature> missing = missing();
        Stream<String> names = missing.stream().map(Feature::name);
        wrap(
                text,
                "",
                missing.isEmpty()
                        ? "Sluice can run commands here."
                        : "Sluice cannot run commands here: " + String.join(", ", names.toList()) + ".");
        return text.toString();
    }

    private static void wrap(StringBuilder text, String head, String words) {
        StringBuilder line = new StringBuilder(head);
        int start = line.length();
        for (String word : words.split(" ", -1)) {
            if (line.length() > start && line.length() + 1 + word.length() > WIDTH) {
                text.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append(" ".repeat(start));
            }
            line.append(line.length() > start ? " " : "").append(word);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
