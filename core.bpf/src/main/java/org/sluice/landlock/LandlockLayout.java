package org.sluice.landlock;

/** Offsets in the structures of linux/landlock.h. Older kernels take the newest size as long as what they do not know is 0. */
final class LandlockLayout {

    /** {@code landlock_ruleset_attr}: 64 bits of file rights. */
    static final int RULESET_FS = 0;
    /** 64 bits of port rights. */
    static final int RULESET_NET = 8;
    /** 64 bits of scopes. */
    static final int RULESET_SCOPED = 16;

    static final int RULESET_SIZE = 24;

    /** {@code landlock_path_beneath_attr}, packed: 64 bits of rights. */
    static final int PATH_ACCESS = 0;
    /** 32 bits: a descriptor of the file. */
    static final int PATH_FD = 8;

    static final int PATH_SIZE = 12;

    /** {@code landlock_net_port_attr}: 64 bits of rights. */
    static final int PORT_ACCESS = 0;
    /** 64 bits: the port in host order. */
    static final int PORT_PORT = 8;

    static final int PORT_SIZE = 16;

    static final int RULE_PATH_BENEATH = 1;
    static final int RULE_NET_PORT = 2;

    private LandlockLayout() {}
}
