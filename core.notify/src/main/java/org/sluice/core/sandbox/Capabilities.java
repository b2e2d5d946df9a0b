package org.sluice.core.sandbox;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.sluice.core.StartException;
import org.sluice.policy.Profile;

/** Capabilities by name (linux/capability.h, in the order of their numbers). */
final class Capabilities {

    private static final List<String> NAMES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETPCAP",
            "CAP_LINUX_IMMUTABLE",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_BROADCAST",
            "CAP_NET_ADMIN",
            "CAP_NET_RAW",
            "CAP_IPC_LOCK",
            "CAP_IPC_OWNER",
            "CAP_SYS_MODULE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_CHROOT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_PACCT",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_NICE",
            "CAP_SYS_RESOURCE",
            "CAP_SYS_TIME",
            "CAP_SYS_TTY_CONFIG",
            "CAP_MKNOD",
            "CAP_LEASE",
            "CAP_AUDIT_WRITE",
            "CAP_AUDIT_CONTROL",
            "CAP_SETFCAP",
            "CAP_MAC_OVERRIDE",
            "CAP_MAC_ADMIN",
            "CAP_SYSLOG",
            "CAP_WAKE_ALARM",
            "CAP_BLOCK_SUSPEND",
            "CAP_AUDIT_READ",
            "CAP_PERFMON",
            "CAP_BPF",
            "CAP_CHECKPOINT_RESTORE");

    private Capabilities() {}

    /**
     * Checks that a profile's targets can have what it names.
     *
     * @throws StartException for what this process does not have itself, and so cannot leave to others
     */
    static void require(Profile profile) {
        long asked = mask(profile.capabilities());
        long lacking = asked & ~ProcessTraits.permitted();
        if (lacking != 0) {
            String name = NAMES.get(Long.numberOfTrailingZeros(lacking));
            throw new StartException(
                    StartException.Kind.SUPERVISOR,
                    "profile " + profile.name() + " keeps " + name + ", which Sluice does not have here; take it out of"
                            + " 'capabilities', or start Sluice with it");
        }
    }

    /**
     * The set as a mask.
     *
     * @throws StartException for a name that is none
     */
    static long mask(Collection<String> names) {
        long mask = 0;
        for (String name : names) {
            int number = NAMES.indexOf(name.toUpperCase(Locale.ROOT));
            if (number < 0) {
                throw new StartException(
                        StartException.Kind.SUPERVISOR,
                        "no capability is named " + name + "; the names are those of capabilities(7)");
            }
            mask |= 1L << number;
        }
        return mask;
    }
}
