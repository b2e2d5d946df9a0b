package org.sluice.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.notify.Rule;
import org.sluice.notify.Settings;

/**
 * Works flags into a profile. What is added later is stronger, so flags win over the profile. Every method checks what it
 * gets and throws {@link PolicyException} with one line for the person who wrote it. For one thread.
 */
public final class ProfileBuilder {

    private String name;
    private final Set<Profile.FileGrant> files = new LinkedHashSet<>();
    private Profile.Defaults defaults;
    private final List<Rule> rules = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final Map<String, SectionSettings> handlers = new LinkedHashMap<>();
    private final Set<String> takenOut = new HashSet<>();
    private final Set<String> required = new LinkedHashSet<>();
    private final Set<String> reserve = new LinkedHashSet<>();
    private String datagram;
    private final Set<String> capabilities = new LinkedHashSet<>();
    private Environment environment;
    private final Map<String, Long> limits = new LinkedHashMap<>();
    private boolean virtualFiles = true;

    /** Begins with nothing granted, nothing allowed and no handler; who enforces the rules has to be named. */
    public ProfileBuilder(String name) {
        this.name = name;
        this.defaults = new Profile.Defaults("deny", "deny", "deny", "deny");
        this.datagram = "rules";
        this.environment = Environment.INHERITED;
    }

    /** Begins with a profile. */
    public ProfileBuilder(Profile profile) {
        this(profile.name());
        files.addAll(profile.files());
        rules.addAll(profile.rules());
        sources.addAll(profile.sources());
        for (Map.Entry<String, Settings> handler : profile.handlers().entrySet()) {
            handler(handler.getKey(), handler.getValue().values());
        }
        required.addAll(profile.required());
        reserve.addAll(profile.reserve());
        capabilities.addAll(profile.capabilities());
        limits.putAll(profile.limits());
        defaults = profile.defaults();
        datagram = profile.datagram();
        environment = profile.environment();
        virtualFiles = profile.virtualFiles();
    }

    /** The name, for messages. */
    public ProfileBuilder name(String other) {
        this.name = other;
        return this;
    }

    /** {@code --read PATH}. A relative path is below the target's working directory. */
    public ProfileBuilder read(String path) {
        return grant(path, false, false);
    }

    /** {@code --write PATH}. A relative path is below the target's working directory. */
    public ProfileBuilder write(String path) {
        return grant(path, true, false);
    }

    /** A grant of files. */
    public ProfileBuilder grant(String path, boolean write, boolean optional) {
        files.add(new Profile.FileGrant(Paths.absolute(path), write, optional));
        return this;
    }

    /** {@code --allow-connect RULE}. */
    public ProfileBuilder allowConnect(String pattern) {
        return flag("--allow-connect", true, Rule.CONNECT, pattern);
    }

    /** {@code --deny-connect RULE}. */
    public ProfileBuilder denyConnect(String pattern) {
        return flag("--deny-connect", false, Rule.CONNECT, pattern);
    }

    /** {@code --allow-bind RULE}. */
    public ProfileBuilder allowBind(String pattern) {
        return flag("--allow-bind", true, Rule.BIND, pattern);
    }

    /** {@code --deny-bind RULE}. */
    public ProfileBuilder denyBind(String pattern) {
        return flag("--deny-bind", false, Rule.BIND, pattern);
    }

    /** {@code --allow-send RULE}. */
    public ProfileBuilder allowSend(String pattern) {
        return flag("--allow-send", true, Rule.SEND, pattern);
    }

    /** {@code --deny-send RULE}. */
    public ProfileBuilder denySend(String pattern) {
        return flag("--deny-send", false, Rule.SEND, pattern);
    }

    /** {@code --unix-connect PATH}: connecting and sending to Unix sockets. */
    public ProfileBuilder unixConnect(String pattern) {
        return unixConnect(pattern, "--unix-connect " + ShellText.quote(pattern));
    }

    ProfileBuilder unixConnect(String pattern, String source) {
        return rule(new Rule(true, Rule.CONNECT, Paths.unix(pattern)), source);
    }

    /** {@code --unix-bind PATH}: binding Unix sockets, and connecting to them. */
    public ProfileBuilder unixBind(String pattern) {
        return unixBind(pattern, "--unix-bind " + ShellText.quote(pattern));
    }

    ProfileBuilder unixBind(String pattern, String source) {
        return unixConnect(pattern, source).rule(new Rule(true, Rule.BIND, Paths.unix(pattern)), source);
    }

    private ProfileBuilder flag(String flag, boolean allow, String operation, String pattern) {
        Rule rule = new Rule(allow, operation, pattern);
        try {
            return rule(rule, flag + " " + ShellText.quote(pattern));
        } catch (PolicyException e) {
            throw new PolicyException(flag + ": " + e.getMessage(), e);
        }
    }

    /** Adds a rule at the end. */
    public ProfileBuilder rule(Rule rule, String source) {
        RuleText.check(rule);
        rules.add(rule);
        sources.add(source);
        return this;
    }

    /** What holds where no rule matches. */
    public ProfileBuilder defaults(Profile.Defaults other) {
        Choices.check("network.connect", other.connect(), Choices.NETWORK);
        Choices.check("network.bind", other.bind(), Choices.NETWORK);
        Choices.check("network.send", other.send(), Choices.NETWORK);
        Choices.check("unix.default", other.unix(), Choices.UNIX);
        this.defaults = other;
        return this;
    }

    Profile.Defaults defaults() {
        return defaults;
    }

    /** {@code --datagram deny|any|rules}. */
    public ProfileBuilder datagram(String mode) {
        Choices.check("--datagram", mode, Choices.DATAGRAM);
        this.datagram = mode;
        return this;
    }

    /** {@code --publish PORT}: this virtual port must be the real one. Brings port mapping in. */
    public ProfileBuilder publish(int port) {
        if (port < 1 || port > 0xffff) {
            throw new PolicyException("--publish: " + port + " is no port; write one from 1 to 65535: --publish 8080");
        }
        List<Object> ports = new ArrayList<>();
        SectionSettings before = handlers.getOrDefault("portmap", SectionSettings.EMPTY);
        if (before.values().get("publish") instanceof List<?> list) {
            ports.addAll(list);
        }
        if (!ports.contains((long) port)) {
            ports.add((long) port);
        }
        return handler("portmap", Map.of("publish", List.copyOf(ports), "enabled", true));
    }

    /** {@code --netlink kernel|synthetic|host|off}: which network interfaces are seen. */
    public ProfileBuilder netlink(String mode) {
        Choices.check("--netlink", mode, Choices.NETLINK);
        return handler("netlink", Map.of("mode", mode));
    }

    /** {@code --interface NAME=ADDRESS/LEN}: one more virtual network interface. */
    public ProfileBuilder networkInterface(String text) {
        return handler("netlink", Interfaces.with(handlers.getOrDefault("netlink", SectionSettings.EMPTY), text));
    }

    /** {@code --no-portmap}: takes port mapping out. */
    public ProfileBuilder noPortmap() {
        return withoutHandler("portmap");
    }

    /** {@code --proxy PORT}: of IP only this port of loopback, where a proxy listens, may be connected to. */
    public ProfileBuilder proxy(int port) {
        if (port < 1 || port > 0xffff) {
            throw new PolicyException("--proxy: " + port + " is no port; write one from 1 to 65535: --proxy 3128");
        }
        return handler(ConnectMode.HANDLER, Map.of("mode", ConnectMode.PROXY.word()))
                .handler(ConnectMode.HANDLER, Map.of("proxy", (long) port));
    }

    /** {@code --connect-mode rules|proxy|unix-only}. */
    public ProfileBuilder connectMode(String mode) {
        Choices.check("--connect-mode", mode, ConnectMode.NAMES);
        return handler(ConnectMode.HANDLER, Map.of("mode", mode));
    }

    /** {@code --broker}: opening files is decided, and served, by the file broker. */
    public ProfileBuilder broker() {
        return handler(BrokerSection.HANDLER);
    }

    /** {@code --approve}: who is asked about files that no grant covers. Brings the file broker, unless it is nobody. */
    public ProfileBuilder approve(String who) {
        boolean asks = Approvers.parse(who).ask();
        return asks || handlers.containsKey(BrokerSection.HANDLER)
                ? handler(BrokerSection.HANDLER, Map.of(BrokerSection.APPROVE, who))
                : this;
    }

    /** {@code --no-virtual-files} is false: whether handlers may contribute files. */
    public ProfileBuilder virtualFiles(boolean on) {
        virtualFiles = on;
        return this;
    }

    /** {@code --handler NAME}. */
    public ProfileBuilder handler(String handler) {
        return handler(handler, Map.of());
    }

    /** A handler that takes part; the settings are laid over those that it has. */
    public ProfileBuilder handler(String handler, Map<String, Object> settings) {
        if (handler.isBlank()) {
            throw new PolicyException("handler: a handler has a name, such as portmap or com.example.trace");
        }
        handlers.put(
                handler, handlers.getOrDefault(handler, SectionSettings.EMPTY).merge(settings));
        return this;
    }

    /** Takes a handler out. */
    public ProfileBuilder withoutHandler(String handler) {
        handlers.remove(handler);
        takenOut.add(handler);
        required.remove(handler);
        return this;
    }

    /** Brings in the handlers that enforce what is restricted here, unless they were taken out by name. */
    void enforce() {
        if (!Enforcement.ofIp(defaults, rules).isEmpty() && !takenOut.contains(ConnectMode.HANDLER)) {
            handler(ConnectMode.HANDLER);
        }
        if (!Enforcement.ofUnix(defaults, rules).isEmpty() && !takenOut.contains("unix")) {
            handler("unix");
        }
    }

    /** {@code --require NAME}: the handler takes part, and its calls are refused while it is missing. */
    public ProfileBuilder require(String handler) {
        handler(handler);
        required.add(handler);
        return this;
    }

    /** {@code --reserve SYSCALL}; {@code *} is every call. */
    public ProfileBuilder reserve(String syscall) {
        if (!syscall.matches("\\*|[a-z0-9_]+")) {
            throw new PolicyException("reserve: '" + syscall + "' is no system call's name; write it as connect or *");
        }
        reserve.add(syscall);
        return this;
    }

    /** A capability that a sandbox run as root keeps. */
    public ProfileBuilder capability(String capability) {
        Choices.check("capabilities", capability, Choices.CAPABILITIES);
        capabilities.add(capability);
        return this;
    }

    /** {@code --env NAME=VALUE}. */
    public ProfileBuilder env(String variable, String value) {
        environment = environment.withSet(variableName(variable), value);
        return this;
    }

    /** {@code --env NAME}: passes the supervisor's value on. */
    public ProfileBuilder passEnv(String variable) {
        environment = environment.withPass(variableName(variable));
        return this;
    }

    /** {@code --unset-env NAME}. */
    public ProfileBuilder unsetEnv(String variable) {
        environment = environment.withUnset(variableName(variable));
        return this;
    }

    ProfileBuilder inheritEnv(boolean all) {
        environment = environment.withInherit(all);
        return this;
    }

    private static String variableName(String variable) {
        if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf(0) >= 0) {
            throw new PolicyException("environment: '" + variable + "' is no variable's name; write it as LANG");
        }
        return variable;
    }

    /** A limit by its name in {@link Profile#limits}; {@code value} in that one's unit. */
    public ProfileBuilder limit(String limit, long value) {
        Choices.check("limits", limit, Choices.LIMITS);
        if (value < 0) {
            throw new PolicyException("limit '" + limit + "': " + value + " is less than 0");
        }
        limits.put(limit, value);
        return this;
    }

    /**
     * The profile.
     *
     * @throws PolicyException if it contradicts itself
     */
    public Profile build() {
        SectionSettings portmap = handlers.get("portmap");
        boolean mapsUdp = portmap != null && portmap.flag("enabled", true) && portmap.flag("udp", true);
        if (datagram.equals("any") && mapsUdp) {
            throw new PolicyException(
                    "profile '" + name + "': with datagram 'any' nobody sees where UDP is sent, so its"
                            + " ports cannot be mapped; use --datagram rules, map TCP alone with \"portmap\": {\"udp\":"
                            + " false}, or add --no-portmap");
        }
        SectionSettings connect = handlers.get(ConnectMode.HANDLER);
        if (connect != null) {
            ConnectMode.of(connect).check(name, connect, rules, sources);
        }
        Map<String, Settings> sections = new LinkedHashMap<>(handlers);
        return new Profile(
                name,
                List.copyOf(files),
                defaults,
                rules,
                sources,
                sections,
                required,
                List.copyOf(reserve),
                datagram,
                capabilities,
                environment,
                limits,
                virtualFiles);
    }
}
