package org.sluice.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.notify.Rule;
import org.sluice.notify.Settings;

/**
 * What a sandbox may do, with everything that it extends and every flag already worked in. Immutable. Read by
 * {@link ProfileLoader}, changed by {@link ProfileBuilder}.
 *
 * @param name where it came from, for messages
 * @param files the Landlock grants
 * @param defaults what holds where no rule matches
 * @param rules the explicit rules, last match wins
 * @param sources where each of {@code rules} came from ({@code FILE:LINE} or a flag), in the same order
 * @param handlers the handlers that take part, with their settings
 * @param required the handlers without which their calls are refused
 * @param reserve system calls to trap for handlers to come; {@code *} for all
 * @param datagram how datagram sockets are treated: {@code deny}, {@code any} or {@code rules}
 * @param capabilities capabilities that a sandbox run as root keeps, such as {@code CAP_NET_RAW}
 * @param environment how the target's environment is made
 * @param limits {@code time} in milliseconds, {@code memory} in bytes, {@code processes}, and resource limits by their
 *     name in setrlimit(2) in lower case ({@code nofile}, {@code cpu} …) in the unit of the kernel
 * @param virtualFiles whether handlers may contribute files, for which every call that opens a file is trapped
 */
public record Profile(
        String name,
        List<FileGrant> files,
        Defaults defaults,
        List<Rule> rules,
        List<String> sources,
        Map<String, Settings> handlers,
        Set<String> required,
        List<String> reserve,
        String datagram,
        Set<String> capabilities,
        Environment environment,
        Map<String, Long> limits,
        boolean virtualFiles) {

    /** Copies, and checks that every rule has a source. Orders are kept. */
    public Profile {
        files = List.copyOf(files);
        rules = List.copyOf(rules);
        sources = List.copyOf(sources);
        handlers = Collections.unmodifiableMap(new LinkedHashMap<>(handlers));
        required = Collections.unmodifiableSet(new LinkedHashSet<>(required));
        reserve = List.copyOf(reserve);
        capabilities = Collections.unmodifiableSet(new LinkedHashSet<>(capabilities));
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        if (sources.size() != rules.size()) {
            throw new IllegalArgumentException(rules.size() + " rules with " + sources.size() + " sources");
        }
    }

    /** A profile whose rules all come from {@code name}, that leaves the environment alone and sets no limits. */
    public Profile(
            String name,
            List<FileGrant> files,
            Defaults defaults,
            List<Rule> rules,
            Map<String, Settings> handlers,
            Set<String> required,
            List<String> reserve,
            String datagram,
            Set<String> capabilities) {
        this(
                name,
                files,
                defaults,
                rules,
                Collections.nCopies(rules.size(), name),
                handlers,
                required,
                reserve,
                datagram,
                capabilities,
                Environment.INHERITED,
                Map.of(),
                true);
    }

    /** The settings of a handler, none if the profile does not name it. */
    public Settings settings(String handler) {
        Settings settings = handlers.get(handler);
        return settings == null ? SectionSettings.EMPTY : settings;
    }

    /** The profile as JSON that loads again, with nothing left to extend. Where rules came from is not in it. */
    public String toJson() {
        return ProfileWriter.write(this);
    }

    /**
     * Whether {@code /proc/net} and {@code /sys/class/net} show the private network where the sandbox has one: not with
     * capabilities, which say what may be opened in procfs, and which the supervisor, who would open it, has not.
     */
    public boolean hasNetworkFiles() {
        return virtualFiles && capabilities.isEmpty() && settings("netlink").flag("files", true);
    }

    /** Begins a changed copy, as flags make it. */
    public ProfileBuilder with() {
        return new ProfileBuilder(this);
    }

    /**
     * Replaces {@code $CWD}, {@code $TMP} and {@code $HOME} in grants and rules, and resolves symbolic links in the folders
     * of rules about Unix sockets, because a socket is compared by its canonical path. Asks the file system.
     *
     * @param directory the target's working directory
     * @param temporary the sandbox's private temporary folder
     * @param home the home directory; its grants are left out where they are optional and it is empty
     */
    public Profile expand(Path directory, Path temporary, Path home) {
        Map<String, Path> values = home.toString().isEmpty()
                ? Map.of("CWD", directory, "TMP", temporary)
                : Map.of("CWD", directory, "TMP", temporary, "HOME", home);
        List<FileGrant> grants = new ArrayList<>();
        for (FileGrant grant : files) {
            boolean homeless = grant.path().startsWith("$HOME") && !values.containsKey("HOME");
            if (!(homeless && grant.optional())) {
                grants.add(new FileGrant(Variables.expand(grant.path(), values), grant.write(), grant.optional()));
            }
        }
        List<Rule> expanded = rules.stream()
                .map(rule -> new Rule(rule.allow(), rule.operation(), PathRules.canonical(rule.pattern(), values)))
                .toList();
        return new Profile(
                name,
                grants,
                defaults,
                expanded,
                sources,
                expanded(handlers, values),
                required,
                reserve,
                datagram,
                capabilities,
                environment,
                limits,
                virtualFiles);
    }

    /** The paths of the broker's section. */
    private static Map<String, Settings> expanded(Map<String, Settings> handlers, Map<String, Path> values) {
        Settings broker = handlers.get(BrokerSection.HANDLER);
        if (broker == null) {
            return handlers;
        }
        Map<String, Object> section = new LinkedHashMap<>(broker.values());
        BrokerSection.PATHS.forEach(key -> section.computeIfPresent(key, (same, value) -> broker.texts(key).stream()
                .map(path -> Variables.expand(path, values))
                .toList()));
        TrustSection.of(broker)
                .ifPresent(trusted -> section.put(TrustSection.KEY, TrustSection.expand(trusted, values)));
        Map<String, Settings> all = new LinkedHashMap<>(handlers);
        all.put(BrokerSection.HANDLER, new SectionSettings(section));
        return all;
    }

    /**
     * A place in the file system that is granted to the sandbox in the kernel.
     *
     * @param path an absolute path, or one that begins with {@code $CWD}, {@code $TMP} (a private folder made for this
     *     sandbox) or {@code $HOME}; {@code /} with {@code write} is everything but what belongs to the supervisor
     * @param write whether files there may be written, made and removed; else they may be read and executed
     * @param optional whether a missing path is passed over in silence
     */
    public record FileGrant(String path, boolean write, boolean optional) {

        /** By hand: what the compiler makes for a record is linked at its first use, which a start would wait for. */
        @Override
        public boolean equals(Object other) {
            return other instanceof FileGrant grant
                    && path.equals(grant.path)
                    && write == grant.write
                    && optional == grant.optional;
        }

        @Override
        public int hashCode() {
            return 4 * path.hashCode() + (write ? 2 : 0) + (optional ? 1 : 0);
        }
    }

    /**
     * What holds where no rule matches.
     *
     * @param connect {@code allow}, {@code deny} or {@code loopback}
     * @param bind likewise
     * @param send likewise
     * @param unix for Unix sockets {@code allow}, {@code deny}, or {@code own}: paths may be bound where files may be
     *     written, the kernel may pick a name, and only what the sandbox itself bound may be connected to
     */
    public record Defaults(String connect, String bind, String send, String unix) {}
}
