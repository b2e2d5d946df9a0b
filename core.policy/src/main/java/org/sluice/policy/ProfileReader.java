package org.sluice.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sluice.policy.json.Node;

/** Works one document into a builder. Sections count in the order in which they stand. */
final class ProfileReader {

    private final Document document;
    private final ProfileBuilder builder;

    ProfileReader(Document document, ProfileBuilder builder) {
        this.document = document;
        this.builder = builder;
    }

    void read(Node.Obj root) {
        document.keys(root, "the profile", ProfileKeys.TOP);
        for (Map.Entry<String, Node.Member> entry : root.members().entrySet()) {
            section(entry.getKey(), entry.getValue().value());
        }
    }

    private void section(String key, Node node) {
        switch (key) {
            case "$schema", "description" -> document.text(node, "'" + key + "'");
            case "files" -> files(document.object(node, "'files'"));
            case "network" -> network(document.object(node, "'network'"));
            case "unix" -> unix(document.object(node, "'unix'"));
            case "datagram" -> {
                String mode = document.text(node, "'datagram'");
                document.checked(node.line(), () -> {
                    Choices.check("datagram", mode, Choices.DATAGRAM);
                    builder.datagram(mode);
                });
            }
            case "handlers" -> handlers(document.object(node, "'handlers'"));
            case "required" -> document.texts(node, "'required'", builder::require);
            case "reserve" -> document.texts(node, "'reserve'", builder::reserve);
            case "environment" -> environment(document.object(node, "'environment'"));
            case "limits" -> limits(document.object(node, "'limits'"));
            case "capabilities" -> document.texts(node, "'capabilities'", builder::capability);
            default -> {
                // "extends" was followed before.
            }
        }
    }

    private void files(Node.Obj section) {
        document.keys(section, "'files'", ProfileKeys.FILES);
        for (Map.Entry<String, Node.Member> entry : section.members().entrySet()) {
            String key = entry.getKey();
            Node node = entry.getValue().value();
            if (key.equals("virtual")) {
                builder.virtualFiles(document.flag(node, "'files.virtual'"));
                continue;
            }
            for (Node item : document.list(node, "'files." + key + "'")) {
                grant(item, key.equals("write"));
            }
        }
    }

    private void grant(Node item, boolean write) {
        if (item instanceof Node.Text path) {
            document.checked(item.line(), () -> builder.grant(path.value(), write, false));
            return;
        }
        if (!(item instanceof Node.Obj object)) {
            throw document.expected(item, "a grant", "a path or an object with 'path' and 'optional'");
        }
        document.keys(object, "a grant", ProfileKeys.GRANT);
        Node.Member path = object.members().get("path");
        Node.Member optional = object.members().get("optional");
        if (path == null) {
            throw document.error(item.line(), "a grant needs its 'path'");
        }
        String text = document.text(path.value(), "'path'");
        boolean missing = optional != null && document.flag(optional.value(), "'optional'");
        document.checked(path.line(), () -> builder.grant(text, write, missing));
    }

    private void network(Node.Obj section) {
        document.keys(section, "'network'", ProfileKeys.NETWORK);
        for (Map.Entry<String, Node.Member> entry : section.members().entrySet()) {
            Node node = entry.getValue().value();
            if (!entry.getKey().equals("rules")) {
                choose(entry.getKey(), node);
                continue;
            }
            for (Node item : document.list(node, "'network.rules'")) {
                String text = document.text(item, "a rule");
                document.checked(item.line(), () -> builder.rule(RuleText.parse(text), document.at(item.line())));
            }
        }
    }

    private void choose(String key, Node node) {
        String word = document.text(node, "'network." + key + "'");
        Profile.Defaults old = builder.defaults();
        document.checked(
                node.line(),
                () -> builder.defaults(new Profile.Defaults(
                        key.equals("connect") ? word : old.connect(),
                        key.equals("bind") ? word : old.bind(),
                        key.equals("send") ? word : old.send(),
                        old.unix())));
    }

    private void unix(Node.Obj section) {
        document.keys(section, "'unix'", ProfileKeys.UNIX);
        section.members().forEach((key, member) -> {
            Node node = member.value();
            if (key.equals("default")) {
                String word = document.text(node, "'unix.default'");
                Profile.Defaults old = builder.defaults();
                document.checked(
                        node.line(),
                        () -> builder.defaults(new Profile.Defaults(old.connect(), old.bind(), old.send(), word)));
                return;
            }
            for (Node item : document.list(node, "'unix." + key + "'")) {
                String pattern = document.text(item, "an entry of 'unix." + key + "'");
                String source = document.at(item.line());
                document.checked(item.line(), () -> {
                    if (key.equals("bind")) {
                        builder.unixBind(pattern, source);
                    } else {
                        builder.unixConnect(pattern, source);
                    }
                });
            }
        });
    }

    private void handlers(Node.Obj section) {
        section.members().forEach((name, member) -> {
            if (!HandlerKeys.isFree(name) && !HandlerKeys.handlers().contains(name)) {
                throw document.error(
                        member.line(),
                        Choices.unknown(
                                "unknown handler '" + name + "' (one from elsewhere has a name like com.example.trace)",
                                name,
                                HandlerKeys.handlers()));
            }
            handler(name, member.value());
        });
    }

    private void handler(String name, Node node) {
        if (node instanceof Node.Flag flag) {
            if (flag.value()) {
                builder.handler(name);
            } else {
                builder.withoutHandler(name);
            }
            return;
        }
        if (!(node instanceof Node.Obj object)) {
            throw document.expected(node, "handler '" + name + "'", "an object { }, true or false");
        }
        if (!HandlerKeys.isFree(name)) {
            Map<String, HandlerKeys.Kind> keys = HandlerKeys.keys(name);
            document.keys(object, "handler '" + name + "'", keys.keySet());
            keys.forEach((key, kind) -> {
                Node.Member member = object.members().get(key);
                if (member != null && !kind.accepts(member.value())) {
                    throw document.expected(member.value(), "'" + name + "." + key + "'", kind.words());
                }
                if (member != null && member.value() instanceof Node.Arr list && kind == HandlerKeys.Kind.INTERFACES) {
                    list.items().forEach(item -> document.checked(item.line(), () -> Interfaces.check(item.plain())));
                }
                if (member != null && member.value() instanceof Node.Text text && kind == HandlerKeys.Kind.APPROVERS) {
                    document.checked(member.line(), () -> Approvers.parse(text.value()));
                }
                if (member != null && kind == HandlerKeys.Kind.TRUSTED) {
                    TrustSection.check(document, member.value());
                }
            });
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, Node.Member> entry : object.members().entrySet()) {
            values.put(entry.getKey(), entry.getValue().value().plain());
        }
        builder.handler(name, values);
    }

    private void environment(Node.Obj section) {
        document.keys(section, "'environment'", ProfileKeys.ENVIRONMENT);
        section.members().forEach((key, member) -> {
            Node node = member.value();
            switch (key) {
                case "inherit" -> builder.inheritEnv(document.flag(node, "'environment.inherit'"));
                case "pass" -> document.texts(node, "'environment.pass'", builder::passEnv);
                case "unset" -> document.texts(node, "'environment.unset'", builder::unsetEnv);
                default ->
                    document.object(node, "'environment.set'").members().forEach((name, value) -> {
                        String text = document.text(value.value(), "variable '" + name + "'");
                        document.checked(value.line(), () -> builder.env(name, text));
                    });
            }
        });
    }

    private void limits(Node.Obj section) {
        document.keys(section, "'limits'", Choices.LIMITS);
        section.members()
                .forEach((key, member) ->
                        document.checked(member.line(), () -> builder.limit(key, amount(key, member.value()))));
    }

    private static long amount(String key, Node node) {
        if (node instanceof Node.Whole whole && !key.equals("time")) {
            return whole.value();
        }
        if (node instanceof Node.Text text) {
            return key.equals("time") ? Units.millis(text.value()) : Units.bytes(text.value());
        }
        String expected = key.equals("time") ? "a text such as \"30s\"" : "a whole number or a text such as \"512M\"";
        throw new PolicyException("limit '" + key + "' is " + expected + ", not " + node.kind());
    }
}
