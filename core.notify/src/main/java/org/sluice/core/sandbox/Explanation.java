package org.sluice.core.sandbox;

import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.sluice.core.HandlerStatus;
import org.sluice.core.SandboxSpec;
import org.sluice.core.trap.Entailed;
import org.sluice.policy.Approvers;
import org.sluice.policy.BrokerSection;
import org.sluice.policy.RuleSet;
import org.sluice.target.net.synthetic.SyntheticNetwork;

/** What {@code --explain} prints. */
final class Explanation {

    private Explanation() {}

    static String of(SandboxSpec spec, Equipment equipment) {
        StringJoiner text = new StringJoiner("\n");
        text.add("profile " + spec.profile().name());
        text.add("");
        text.add("files (enforced by the kernel, Landlock)");
        equipment.domain().forEach(line -> text.add("  " + line));
        text.add("");
        List<String> trusted = equipment.broker().describeTrusted();
        if (!trusted.isEmpty()) {
            text.add("instruction files");
            trusted.forEach(line -> text.add("  " + line));
            text.add("");
        }
        text.add("rules (the last match in a layer wins)");
        text.add("  without a rule: " + equipment.rules().defaults());
        for (RuleSet.Line line : equipment.rules().lines()) {
            text.add("  " + line.layer() + ": " + line.rule() + "  (" + line.source() + ")");
        }
        text.add("  datagrams: " + datagrams(spec.profile().datagram()));
        text.add("");
        equipment.network().ifPresent(network -> text.add("network interfaces ("
                        + (network instanceof SyntheticNetwork ? "synthetic" : "of a private network") + ")")
                .add("  "
                        + network.states().stream()
                                .map(link -> link.name() + " " + String.join(" ", link.addresses()))
                                .collect(Collectors.joining(", ")))
                .add(""));
        text.add("virtual files").add("  " + PrivateFiles.describe(equipment.profile(), equipment.network()));
        if (PrivateFiles.areServed(equipment.profile())) {
            text.add("  " + PrivateFiles.describeProcesses(equipment.profile()));
        }
        text.add("");
        if (equipment.profile().handlers().containsKey(BrokerSection.HANDLER)) {
            Approvers approvers = Approvers.of(equipment.profile());
            text.add("files that no grant covers")
                    .add(approvers.ask() ? "  asked: " + approvers : "  denied")
                    .add("");
        }
        text.add("handlers");
        for (HandlerStatus each : equipment.chain().statuses()) {
            text.add("  " + each.name() + " (" + each.stage() + ", " + each.origin() + "): "
                    + String.join(", ", each.traps()));
        }
        Entailed.texts(equipment.chain().trapSet())
                .forEach(trap -> text.add("  the core itself, because it performs connect or listen: " + trap));
        text.add("");
        text.add("filter: " + equipment.filter().instructions().size() + " instructions");
        if (!equipment.lost().isEmpty()) {
            text.add("");
            text.add("not enforced here");
            equipment.lost().forEach(line -> text.add("  " + line));
        }
        return text.toString();
    }

    private static String datagrams(String mode) {
        return switch (mode) {
            case "deny" -> "no such sockets (deny)";
            case "any" -> "only destinations that sendto names are decided (any)";
            default -> "each message is decided (rules)";
        };
    }
}
