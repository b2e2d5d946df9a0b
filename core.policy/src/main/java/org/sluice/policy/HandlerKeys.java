package org.sluice.policy;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sluice.policy.json.Node;

/** The handlers that come with Sluice and the keys of their sections. Another one is added here and in the schema. */
final class HandlerKeys {

    /** The kinds of values. */
    enum Kind {
        FLAG("true or false"),
        MODE("\"rules\", \"proxy\" or \"unix-only\""),
        PORT("a port from 1 to 65535"),
        PORTS("a list of ports from 1 to 65535"),
        NETLINK("\"kernel\", \"synthetic\", \"host\" or \"off\""),
        TEXTS("a list of texts"),
        INTERFACES("a list of interfaces"),
        KERNEL_FILES("a list of paths that begin with /proc/ or /sys/"),
        REPLACED("an object of absolute paths, each with { \"text\": \"…\" } or { \"file\": \"/path\" }"),
        APPROVERS("\"terminal\", \"shell\", \"deny\", a URL with https, or \"all …\" or \"any …\" of them"),
        TRUSTED("an object { }"),
        PATHS("a list of paths that begin with / or a variable");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean accepts(Node node) {
            return switch (this) {
                case FLAG -> node instanceof Node.Flag;
                case MODE -> node instanceof Node.Text text && ConnectMode.NAMES.contains(text.value());
                case PORT -> isPort(node);
                case NETLINK -> node instanceof Node.Text text && Choices.NETLINK.contains(text.value());
                case TEXTS ->
                    node instanceof Node.Arr list && list.items().stream().allMatch(Node.Text.class::isInstance);
                case INTERFACES -> node instanceof Node.Arr;
                // What is in it is checked where the document's lines are known.
                case TRUSTED -> node instanceof Node.Obj;
                case KERNEL_FILES ->
                    node instanceof Node.Arr list && list.items().stream().allMatch(HandlerKeys::isKernelFile);
                case REPLACED ->
                    node instanceof Node.Obj object
                            && object.members().entrySet().stream()
                                    .allMatch(each -> each.getKey().matches("/[^\\x00]*[^/\\x00]")
                                            && isContent(each.getValue().value()));
                case PORTS ->
                    node instanceof Node.Arr list && list.items().stream().allMatch(HandlerKeys::isPort);
                case APPROVERS -> node instanceof Node.Text;
                case PATHS ->
                    node instanceof Node.Arr list && list.items().stream().allMatch(HandlerKeys::isPath);
            };
        }
    }

    private static final Map<String, Map<String, Kind>> KNOWN = new TreeMap<>(Map.of(
            "bind", Map.of("safe", Kind.FLAG),
            "connect", Map.of("mode", Kind.MODE, "proxy", Kind.PORT, "bind", Kind.PORTS),
            "netlink",
                    Map.of(
                            "mode",
                            Kind.NETLINK,
                            "protocols",
                            Kind.TEXTS,
                            "interfaces",
                            Kind.INTERFACES,
                            "files",
                            Kind.FLAG),
            "openat",
                    Map.of(
                            "read",
                            Kind.PATHS,
                            "write",
                            Kind.PATHS,
                            "protect",
                            Kind.PATHS,
                            "approve",
                            Kind.APPROVERS,
                            TrustSection.KEY,
                            Kind.TRUSTED),
            "portmap",
                    Map.of(
                            "enabled",
                            Kind.FLAG,
                            "publish",
                            Kind.PORTS,
                            "udp",
                            Kind.FLAG,
                            "peers",
                            Kind.FLAG,
                            "files",
                            Kind.FLAG),
            "procfs",
                    Map.of("hide", Kind.FLAG, "strict", Kind.FLAG, "deny", Kind.KERNEL_FILES, "replace", Kind.REPLACED),
            "unix", Map.of()));

    private HandlerKeys() {}

    static Set<String> handlers() {
        return KNOWN.keySet();
    }

    static Map<String, Kind> keys(String handler) {
        return KNOWN.getOrDefault(handler, Map.of());
    }

    /** Whether a handler's section is its own affair: its name is in reverse-DNS form. */
    static boolean isFree(String handler) {
        return handler.indexOf('.') > 0;
    }

    private static boolean isPath(Node node) {
        return node instanceof Node.Text path && path.value().matches("/[^\\x00]*|\\$(CWD|TMP|HOME)(/[^\\x00]*)?");
    }

    private static boolean isKernelFile(Node node) {
        return node instanceof Node.Text path && path.value().matches("/(proc|sys)/[^\\x00]+");
    }

    private static boolean isContent(Node node) {
        return node instanceof Node.Obj content
                && content.members().size() == 1
                && content.members().entrySet().stream()
                        .allMatch(each -> each.getValue().value() instanceof Node.Text text
                                && (each.getKey().equals("text")
                                        || (each.getKey().equals("file")
                                                && text.value().startsWith("/"))));
    }

    private static boolean isPort(Node node) {
        return node instanceof Node.Whole port && port.value() >= 1 && port.value() <= 0xffff;
    }
}
