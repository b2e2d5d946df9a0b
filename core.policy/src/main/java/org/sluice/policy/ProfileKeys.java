package org.sluice.policy;

import java.util.List;

/** The keys of a profile, object by object. A test compares them with the schema. */
final class ProfileKeys {

    static final List<String> TOP = List.of(
            "$schema",
            "description",
            "extends",
            "files",
            "network",
            "unix",
            "datagram",
            "handlers",
            "required",
            "reserve",
            "environment",
            "limits",
            "capabilities");
    static final List<String> FILES = List.of("read", "write", "virtual");
    static final List<String> GRANT = List.of("path", "optional");
    static final List<String> NETWORK = List.of("connect", "bind", "send", "rules");
    static final List<String> UNIX = List.of("default", "connect", "bind");
    static final List<String> ENVIRONMENT = List.of("inherit", "pass", "set", "unset");

    private ProfileKeys() {}
}
