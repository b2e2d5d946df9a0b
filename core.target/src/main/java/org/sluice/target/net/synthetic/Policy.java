package org.sluice.target.net.synthetic;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Errno;

/** Which attributes a body may have, and how long they are: struct nla_policy, validate_nla in lib/nlattr.c. Immutable. */
final class Policy {

    /** A kind of attribute: what is wrong with the value of one, as a negative errno, or 0. */
    private interface Rule {
        int check(Request request, int value, int length);
    }

    private final Map<Integer, Rule> rules = new HashMap<>();
    private final Map<Integer, String> texts = new HashMap<>();
    private final int max;

    /** For attributes up to {@code max}; larger numbers are passed over. */
    Policy(int max) {
        this.max = max;
    }

    int max() {
        return max;
    }

    /** Numbers of at least {@code size} bytes. */
    Policy number(int size, int... types) {
        return rule((request, value, length) -> length < size ? -Errno.ERANGE : 0, types);
    }

    /** Addresses and the like: at most that long. */
    Policy binary(int most, int... types) {
        return rule((request, value, length) -> length > most ? -Errno.ERANGE : 0, types);
    }

    /** Texts of at most {@code most} characters, and a NUL that may be missing. */
    Policy text(int most, int... types) {
        return rule(
                (request, value, length) -> {
                    if (length < 1) {
                        return -Errno.ERANGE;
                    }
                    int characters = request.u8(value + length - 1) == 0 ? length - 1 : length;
                    return characters > most ? -Errno.ERANGE : 0;
                },
                types);
    }

    /** Attributes of attributes. */
    Policy nested(int... types) {
        return rule((request, value, length) -> length > 0 && length < Attributes.HEADER ? -Errno.ERANGE : 0, types);
    }

    /** Those that nobody may give. */
    Policy rejected(int... types) {
        return rule((request, value, length) -> -Errno.EINVAL, types);
    }

    /** Those that are not known. */
    Policy unsupported(int type) {
        texts.put(type, "Unsupported attribute");
        return rejected(type);
    }

    /** Numbers of that size and no other. */
    Policy exactly(int size, int type) {
        texts.put(type, "invalid attribute length");
        return rule((request, value, length) -> length == size ? 0 : -Errno.EINVAL, type);
    }

    /** Numbers that have no bits but these. */
    Policy bits(int known, int type) {
        texts.put(type, "reserved bit set");
        return rule(
                (request, value, length) ->
                        length < Integer.BYTES ? -Errno.ERANGE : (request.u32(value) & ~known) != 0 ? -Errno.EINVAL : 0,
                type);
    }

    /** What is said of one that is wrong. */
    String text(int type) {
        return texts.getOrDefault(type, "Attribute failed policy validation");
    }

    private Policy rule(Rule rule, int... types) {
        for (int type : types) {
            rules.put(type, rule);
        }
        return this;
    }

    int check(int type, Request request, int value, int length) {
        @Nullable Rule rule = rules.get(type);
        return rule == null ? 0 : rule.check(request, value, length);
    }

    /** A policy for the attributes of {@link Rtnetlink#GETLINK}. */
    static Policy link() {
        return new Policy(69)
                .text(15, 3)
                .text(127, 53)
                .binary(32, 1, 2, 34, 36)
                .binary(255, 20)
                .number(32, 14)
                .number(
                        4, 4, 5, 10, 13, 15, 19, 28, 27, 29, 30, 31, 32, 35, 37, 40, 41, 44, 46, 47, 48, 49, 50, 51, 55,
                        58, 63, 64)
                .number(1, 16, 17, 33, 39)
                .nested(18, 22, 24, 25, 26, 43, 52, 56)
                .rejected(54, 59, 60, 61, 67, 68, 69)
                .unsupported(66);
    }

    /** For IPv4 routes. */
    static Policy route4() {
        return route().number(4, 1, 2, 5, 7).unsupported(31);
    }

    /** For IPv6 routes. */
    static Policy route6() {
        return route().number(16, 5).exactly(4, 31);
    }

    private static Policy route() {
        return new Policy(31)
                .number(4, 3, 4, 6, 11, 15, 16, 25)
                .exactly(4, 30)
                .number(1, 27)
                .number(8, 9)
                .number(2, 21, 28, 29)
                .nested(8, 22);
    }

    /** For IPv6 addresses. */
    static Policy address6() {
        return new Policy(11).number(16, 1, 2).number(4, 8, 9, 10).number(16, 6).number(1, 11);
    }

    /** For IPv4 addresses. */
    static Policy address4() {
        return new Policy(11)
                .number(4, 1, 2, 4, 8, 9, 10)
                .text(15, 3)
                .number(16, 6)
                .number(1, 11);
    }

    /** For one number in the attribute {@code type}. */
    static Policy one(int max, int type) {
        return new Policy(max).number(4, type);
    }
}
