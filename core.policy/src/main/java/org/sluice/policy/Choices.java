package org.sluice.policy;

import java.util.Collection;
import java.util.List;

/** The closed lists of a profile, and the nearest entry for a word that is in none. */
final class Choices {

    static final List<String> NETWORK = List.of("allow", "loopback", "deny");
    static final List<String> UNIX = List.of("allow", "own", "deny");
    static final List<String> NETLINK = List.of("kernel", "synthetic", "host", "off");
    static final List<String> DATAGRAM = List.of("deny", "any", "rules");

    /** The resources of setrlimit(2), and three of our own. */
    static final List<String> LIMITS = List.of(
            "time",
            "memory",
            "processes",
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    /** capabilities(7). */
    static final List<String> CAPABILITIES = List.of(
            "CAP_AUDIT_CONTROL",
            "CAP_AUDIT_READ",
            "CAP_AUDIT_WRITE",
            "CAP_BLOCK_SUSPEND",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE",
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_KILL",
            "CAP_LEASE",
            "CAP_LINUX_IMMUTABLE",
            "CAP_MAC_ADMIN",
            "CAP_MAC_OVERRIDE",
            "CAP_MKNOD",
            "CAP_NET_ADMIN",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_RAW",
            "CAP_PERFMON",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_CHROOT",
            "CAP_SYS_MODULE",
            "CAP_SYS_NICE",
            "CAP_SYS_PACCT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM");

    private Choices() {}

    /** Refuses a word that is not in the list. */
    static void check(String what, String word, Collection<String> known) {
        if (!known.contains(word)) {
            throw new PolicyException(what + ": " + unknown("'" + word + "' is none of the choices", word, known));
        }
    }

    /** A sentence about an unknown word with the nearest known one, or all where none is near. */
    static String unknown(String sentence, String word, Collection<String> known) {
        String nearest = nearest(word, known);
        if (!nearest.isEmpty()) {
            return sentence + "; did you mean '" + nearest + "'?";
        }
        return known.isEmpty() ? sentence + "; there are none" : sentence + "; known: " + String.join(", ", known);
    }

    private static String nearest(String word, Collection<String> known) {
        String best = "";
        int distance = Math.max(2, word.length() / 3) + 1;
        for (String candidate : known) {
            int d = word.length() > 3 && candidate.contains(word) ? 1 : distance(word, candidate);
            if (d < distance) {
                best = candidate;
                distance = d;
            }
        }
        return best;
    }

    /** Insertions, removals and replacements from one word to the other (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
