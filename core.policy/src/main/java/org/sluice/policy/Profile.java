package org.sluice.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sluice.notify.Rule;
import org.sluice.notify.Settings;

/**
 * What a sandbox may do, with everything that it extends and every flag already worked in. Immutable.
 *
 * @param name where it came from, for messages
 * @param files the Landlock grants
 * @param defaults what holds where no rule matches
 * @param rules the explicit rules, last match wins
 * @param handlers the handlers that take part, with their settings
 * @param required the handlers without which their calls are refused
 * @param reserve system calls to trap for handlers to come
 * @param datagram how datagram sockets are treated: {@code deny}, {@code any} or {@code rules}
 * @param capabilities capabilities that a sandbox run as root keeps, such as {@code CAP_NET_RAW}
 */
public record Profile(
        String name,
        List<FileGrant> files,
        Defaults defaults,
        List<Rule> rules,
        Map<String, Settings> handlers,
        Set<String> required,
        List<String> reserve,
        String datagram,
        Set<String> capabilities) {

    /** Copies. */
    public Profile {
        files = List.copyOf(files);
        rules = List.copyOf(rules);
        handlers = Map.copyOf(handlers);
        required = Set.copyOf(required);
        reserve = List.copyOf(reserve);
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * A place in the file system that is granted to the sandbox in the kernel.
     *
     * @param path an absolute path, or one that begins with {@code $CWD}, {@code $TMP} (a private folder made for this
     *     sandbox) or {@code $HOME}
     * @param write whether files there may be written, made and removed; else they may be read and executed
     * @param optional whether a missing path is passed over in silence
     */
    public record FileGrant(String path, boolean write, boolean optional) {}

    /**
     * What holds where no rule matches.
     *
     * @param connect {@code allow}, {@code deny} or {@code loopback}
     * @param bind likewise
     * @param send likewise
     * @param unix {@code allow} or {@code deny} for Unix sockets
     */
    public record Defaults(String connect, String bind, String send, String unix) {}
}
