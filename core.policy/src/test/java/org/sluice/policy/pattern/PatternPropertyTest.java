package org.sluice.policy.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Rule;

/** Patterns against models: regular expressions for globs, big numbers for prefixes, and any text for the parser. */
class PatternPropertyTest {

    @Provide
    Arbitrary<String> globs() {
        return Arbitraries.strings().withChars("ab/*?").ofMaxLength(12);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("ab/").ofMaxLength(14);
    }

    @Property(tries = 20_000)
    void aGlobMatchesLikeItsRegularExpression(@ForAll("globs") String glob, @ForAll("names") String name)
            throws PatternException {
        String regex = glob.replaceAll("\\*{2,}", "D")
                .replace("*", "[^/]*")
                .replace("D", ".*")
                .replace("?", "[^/]");
        assertEquals(
                Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches(),
                Glob.compile(glob, 0).matches(Bytes.utf8(name)));
    }

    @Property
    void manyStarsTakeNoExponentialTime(@ForAll @IntRange(min = 1, max = 60) int stars) throws PatternException {
        String glob = "/" + "*a".repeat(stars) + "**b";
        assertFalse(Glob.compile(glob, 0).matches(Bytes.utf8("/" + "a".repeat(4000))));
    }

    @Property
    void aLiteralMatchesItsOwnBytes(@ForAll @Size(max = 107) byte[] name) throws PatternException {
        Address address = new Address.UnixAbstract(Bytes.of(name));
        if (name.length > 0) {
            AddressPattern pattern = AddressPattern.parse(Rule.literal(address));
            assertTrue(pattern.matchesAbstract(Bytes.of(name)));
            byte[] other = name.clone();
            other[name.length / 2]++;
            assertFalse(pattern.matchesAbstract(Bytes.of(other)));
        }
    }

    @Property
    void aLiteralOfAnIpAddressMatchesItAlone(
            @ForAll @Size(16) byte[] ip, @ForAll boolean four, @ForAll @IntRange(min = 0, max = 65535) int port)
            throws PatternException {
        Address.Inet inet = new Address.Inet(Bytes.of(four ? Arrays.copyOf(ip, 4) : ip), port);
        AddressPattern pattern = AddressPattern.parse(Rule.literal(inet));
        long high = AddressPattern.high(inet);
        long low = AddressPattern.low(inet);
        assertTrue(pattern.matchesIp(high, low, port));
        assertFalse(pattern.matchesIp(high, low ^ 1, port));
        assertFalse(pattern.matchesIp(high, low, port ^ 1));
    }

    @Property
    void aPrefixMatchesLikeABigNumber(
            @ForAll @Size(16) byte[] net,
            @ForAll @Size(16) byte[] ip,
            @ForAll @IntRange(min = 0, max = 128) int prefix,
            @ForAll @IntRange(min = 0, max = 128) int shared)
            throws PatternException {
        BigInteger all = new BigInteger(1, net);
        BigInteger masked = all.shiftRight(128 - prefix).shiftLeft(128 - prefix);
        BigInteger near = all.shiftRight(128 - shared)
                .shiftLeft(128 - shared)
                .or(new BigInteger(1, ip).mod(BigInteger.ONE.shiftLeft(128 - shared)));
        boolean mapped = mapped(near) || mapped(masked);
        if (!mapped) {
            AddressPattern pattern = AddressPattern.parse(text(masked) + "/" + prefix + "!*");
            boolean expected = near.shiftRight(128 - prefix).equals(masked.shiftRight(128 - prefix));
            assertEquals(expected, pattern.matchesIp(near.shiftRight(64).longValue(), near.longValue(), 1));
        }
    }

    private static boolean mapped(BigInteger ip) {
        return ip.shiftRight(32).equals(BigInteger.valueOf(0xffff));
    }

    private static String text(BigInteger ip) {
        StringBuilder text = new StringBuilder();
        for (int i = 112; i >= 0; i -= 16) {
            text.append(Integer.toHexString(ip.shiftRight(i).intValue() & 0xffff))
                    .append(i == 0 ? "" : ":");
        }
        return text.toString();
    }

    @Property
    void anAddressReadsBackFromItsText(@ForAll @Size(16) byte[] ip, @ForAll boolean four) {
        byte[] bytes = four ? Arrays.copyOf(ip, 4) : ip;
        String text = new Address.Inet(Bytes.of(bytes), 0).toString();
        assertEquals(Bytes.of(bytes), Bytes.of(IpText.parse(text.substring(0, text.length() - 2))));
    }

    @Provide
    Arbitrary<String> nearlyPatterns() {
        return Arbitraries.strings()
                .withChars("/@!*?[]\\x0f-,.:1anyloopback$ é\0")
                .ofMaxLength(24);
    }

    /** The parser answers any text with a pattern or a message whose position lies in the text; nothing else escapes. */
    @Property(tries = 20_000)
    void anyTextIsAPatternOrAMessage(@ForAll("nearlyPatterns") String text) {
        parse(text);
    }

    @Property
    void anyUnicodeIsAPatternOrAMessage(@ForAll String text) {
        parse("/" + text);
        parse("@" + text);
        parse(text + "!80");
    }

    private static void parse(String text) {
        try {
            AddressPattern pattern = AddressPattern.parse(text);
            pattern.matchesPath(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
            pattern.matchesAbstract(Bytes.utf8(text));
            pattern.matchesIp(1, 2, 3);
        } catch (PatternException e) {
            assertTrue(e.position() >= 0 && e.position() <= text.length(), () -> text + ": " + e.getMessage());
        }
    }
}
