package org.sluice.policy;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.sluice.policy.json.JsonReader;
import org.sluice.policy.json.Node;

/** Reads values out of one JSON document, with messages that name file and line. */
final class Document {

    private final String source;

    Document(String source) {
        this.source = source;
    }

    Node.Obj root(byte[] text) {
        try {
            return object(JsonReader.read(text), "a profile");
        } catch (JsonReader.Malformed e) {
            throw new PolicyException(source + ":" + e.line() + ": this is not JSON: " + e.getMessage(), e);
        }
    }

    String at(int line) {
        return source + ":" + line;
    }

    PolicyException error(int line, String message) {
        return new PolicyException(at(line) + ": " + message);
    }

    /** Runs a check that knows no line, and adds the line to its message. */
    void checked(int line, Runnable check) {
        try {
            check.run();
        } catch (PolicyException e) {
            throw new PolicyException(at(line) + ": " + e.getMessage(), e);
        }
    }

    void keys(Node.Obj object, String what, Collection<String> known) {
        for (Map.Entry<String, Node.Member> entry : object.members().entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key)) {
                throw error(
                        entry.getValue().line(), Choices.unknown("unknown key '" + key + "' in " + what, key, known));
            }
        }
    }

    Node.Obj object(Node node, String what) {
        if (node instanceof Node.Obj object) {
            return object;
        }
        throw expected(node, what, "an object { }");
    }

    String text(Node node, String what) {
        if (node instanceof Node.Text text) {
            return text.value();
        }
        throw expected(node, what, "a text in double quotes");
    }

    boolean flag(Node node, String what) {
        if (node instanceof Node.Flag flag) {
            return flag.value();
        }
        throw expected(node, what, "true or false");
    }

    List<Node> list(Node node, String what) {
        if (node instanceof Node.Arr list) {
            return list.items();
        }
        throw expected(node, what, "a list [ ]");
    }

    /** Gives each text of a list to {@code use}; a message of {@code use} gets the text's line. */
    void texts(Node node, String what, Consumer<String> use) {
        for (Node item : list(node, what)) {
            String text = text(item, "an entry of " + what);
            checked(item.line(), () -> use.accept(text));
        }
    }

    PolicyException expected(Node node, String what, String expected) {
        return error(node.line(), what + " is " + expected + ", not " + node.kind());
    }
}
