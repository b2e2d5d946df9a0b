package org.sluice.policy.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a JSON document with the line that it begins on, counted from 1. */
public sealed interface Node {

    /** The line. */
    int line();

    /** What the value is, for messages: {@code a text}. */
    String kind();

    /** The value as String, Boolean, Long, Double, List, Map or empty text for null; maps keep their order. */
    Object plain();

    /** An object; keys in the order of the document. */
    record Obj(int line, Map<String, Member> members) implements Node {
        @Override
        public String kind() {
            return "an object";
        }

        @Override
        public Object plain() {
            Map<String, Object> map = new LinkedHashMap<>();
            members.forEach((key, member) -> map.put(key, member.value.plain()));
            return map;
        }
    }

    /** A member's value with the line of its key. */
    record Member(int line, Node value) {}

    /** A list. */
    record Arr(int line, List<Node> items) implements Node {
        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public Object plain() {
            return items.stream().map(Node::plain).toList();
        }
    }

    /** A text. */
    record Text(int line, String value) implements Node {
        @Override
        public String kind() {
            return "a text";
        }

        @Override
        public Object plain() {
            return value;
        }
    }

    /** A whole number. */
    record Whole(int line, long value) implements Node {
        @Override
        public String kind() {
            return "a whole number";
        }

        @Override
        public Object plain() {
            return value;
        }
    }

    /** A number with a fraction. */
    record Fraction(int line, double value) implements Node {
        @Override
        public String kind() {
            return "a number with a fraction";
        }

        @Override
        public Object plain() {
            return value;
        }
    }

    /** True or false. */
    record Flag(int line, boolean value) implements Node {
        @Override
        public String kind() {
            return value ? "true" : "false";
        }

        @Override
        public Object plain() {
            return value;
        }
    }

    /** Null. */
    record Nothing(int line) implements Node {
        @Override
        public String kind() {
            return "null";
        }

        @Override
        public Object plain() {
            return "";
        }
    }
}
