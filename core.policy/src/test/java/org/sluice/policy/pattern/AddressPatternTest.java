package org.sluice.policy.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

/** What each form of a pattern matches, and what a bad one is told. */
class AddressPatternTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24!80-90, 192.0.2.1, 80",
        "192.0.2.0/24!80-90, 192.0.2.255, 90",
        "192.0.2.1!443, 192.0.2.1, 443",
        "192.0.2.1!443, ::ffff:192.0.2.1, 443",
        "::ffff:192.0.2.1!443, 192.0.2.1, 443",
        "::ffff:192.0.2.0/120!443, 192.0.2.7, 443",
        "2001:db8::/32!443, 2001:db8:ffff::1, 443",
        "2001:db8::1!*, 2001:db8::1, 0",
        "::/0!*, 2001:db8::1, 1",
        "0.0.0.0/0!*, 198.51.100.1, 65535",
        "loopback!*, 127.0.0.1, 1",
        "loopback!*, 127.255.255.254, 1",
        "loopback!*, ::1, 1",
        "loopback!*, ::ffff:127.0.0.1, 1",
        "any!53, 192.0.2.1, 53",
        "any!53, 2001:db8::1, 53",
        "'any!22,80-90,443', 192.0.2.1, 85",
        "'any!22,80-90,443', 192.0.2.1, 443",
    })
    void matches(String pattern, String ip, int port) throws PatternException {
        assertTrue(matchesIp(pattern, ip, port));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24!80-90, 192.0.3.1, 80",
        "192.0.2.0/24!80-90, 192.0.2.1, 79",
        "192.0.2.0/24!80-90, 192.0.2.1, 91",
        "192.0.2.1!443, ::192.0.2.1, 443",
        "::/0!*, 192.0.2.1, 1",
        "::/0!*, ::ffff:192.0.2.1, 1",
        "0.0.0.0/0!*, ::1, 1",
        "2001:db8::/32!443, 2001:db9::1, 443",
        "loopback!*, 128.0.0.1, 1",
        "loopback!*, ::2, 1",
        "loopback!*, 0.0.0.0, 1",
        "'any!22,443', 192.0.2.1, 80",
        "/run/x, 192.0.2.1, 80",
    })
    void matchesNot(String pattern, String ip, int port) throws PatternException {
        assertFalse(matchesIp(pattern, ip, port));
    }

    @ParameterizedTest
    @CsvSource({
        "/run/x.sock, /run/x.sock, true",
        "/run/x.sock, /run/xasock, false",
        "/run/, /run/x, true",
        "/run/, /run/a/x, false",
        "/run/, /run, false",
        "/run/**, /run/a/x, true",
        "/run/**, /runner/x, false",
        "/run/*/bus, /run/1000/bus, true",
        "/run/*/bus, /run/user/1000/bus, false",
        "/run/**/bus, /run/user/1000/bus, true",
        "/tmp/?.sock, /tmp/a.sock, true",
        "/tmp/?.sock, /tmp/ab.sock, false",
        "/tmp?x, /tmp/x, false",
        "/tmp/[a-c]x, /tmp/bx, true",
        "/tmp/[!a-c]x, /tmp/bx, false",
        "/tmp/[^a-c]x, /tmp/dx, true",
        "/tmp[!a]x, /tmp/x, false",
        "/tmp/[*], /tmp/*, true",
        "/tmp/[*], /tmp/x, false",
        "/tmp/[]]x, /tmp/]x, true",
        "/**, /any/thing, true",
        "/a*b*c, /aXbYbZc, true",
        "/a**b*c, /a/b/bc, true",
        "@x, /x, false",
        "any!*, /x, false",
    })
    void paths(String pattern, String path, boolean expected) throws PatternException {
        assertEquals(expected, AddressPattern.parse(pattern).matchesPath(Bytes.utf8(path)));
    }

    @Test
    void bytesThatAreNoTextAreMatchedOneForOne() throws PatternException {
        Bytes odd = Bytes.of((byte) '/', (byte) 0xff, (byte) 0x01);
        assertTrue(AddressPattern.parse("/\\xff\\x01").matchesPath(odd));
        assertTrue(AddressPattern.parse("/??").matchesPath(odd));
        assertTrue(AddressPattern.parse("/[\\xf0-\\xff]?").matchesPath(odd));
        assertTrue(AddressPattern.parse("/é").matchesPath(Bytes.utf8("/é")));
        assertFalse(AddressPattern.parse("/?").matchesPath(Bytes.utf8("/é")), "a ? is one byte");
    }

    @Test
    void abstractNamesAreGlobsWithEscapedBytes() throws PatternException {
        Bytes name = Bytes.of((byte) 'a', (byte) 0, (byte) 'b');
        assertTrue(AddressPattern.parse("@a\\x00b").matchesAbstract(name));
        assertTrue(AddressPattern.parse("@a*").matchesAbstract(name));
        assertTrue(AddressPattern.parse("@/tmp/dbus-*").matchesAbstract(Bytes.utf8("/tmp/dbus-x")));
        assertTrue(AddressPattern.parse("@a/").matchesAbstract(Bytes.utf8("a/")), "a slash is a byte like others");
        assertFalse(AddressPattern.parse("@a/").matchesAbstract(Bytes.utf8("a/b")));
        assertFalse(AddressPattern.parse("@a").matchesPath(Bytes.utf8("a")));
        assertFalse(AddressPattern.parse("@**").matchesUnnamed());
    }

    @Test
    void unnamedMatchesOnlyUnnamed() throws PatternException {
        AddressPattern pattern = AddressPattern.parse("!unnamed");
        assertTrue(pattern.matchesUnnamed());
        assertFalse(pattern.matchesPath(Bytes.utf8("/x")));
        assertFalse(pattern.matchesAbstract(Bytes.utf8("x")));
        assertFalse(pattern.matchesIp(0, 1, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "example.com!443 | 0 | 'example.com' is a name, and the kernel sees addresses; 'getent ahosts"
                        + " example.com' prints them, then write 192.0.2.1!443",
                "localhost!80 | 0 | this machine is written loopback!80",
                "192.0.2.1 | 9 | no port",
                "192.0.2.1:80 | 12 | no port",
                "192.0.2.256!80 | 0 | '192.0.2.256' is no IP address",
                "192.0.02.1!80 | 0 | '192.0.02.1' is no IP address",
                "1::2::3!80 | 0 | '1::2::3' is no IP address",
                "1:2:3:4:5:6:7::8!80 | 0 | '1:2:3:4:5:6:7::8' is no IP address",
                "192.0.2.0/33!80 | 10 | a prefix length from 0 to 32",
                "::/129!80 | 3 | a prefix length from 0 to 128",
                "192.0.2.1/24!80 | 9 | bits are set behind the first 24; a single address is 192.0.2.1!80",
                "any! | 4 | a port from 0 to 65535",
                "any!65536 | 4 | a port from 0 to 65535",
                "any!80, | 7 | a port from 0 to 65535",
                "any!90-80 | 4 | a range runs from the smaller to the greater port",
                "any!http | 4 | a port from 0 to 65535",
                "/run//x | 4 | '//' is in no canonical path",
                "/run/../x | 4 | '/../' is in no canonical path",
                "/run/. | 5 | a canonical path does not end in a dot name",
                "/run/[a | 5 | this [ has no ]",
                "/run/[z-a] | 5 | a range runs from the smaller to the greater",
                "/run/\\n | 5 | a backslash is followed by another one or by x and two digits",
                "@ | 1 | no name follows the @",
                "$CWD/x | 0 | a variable stands where no folder is known yet",
            })
    void aBadPatternIsToldWhatAndWhere(String pattern, int position, String message) {
        PatternException e = assertThrows(PatternException.class, () -> AddressPattern.parse(pattern));
        assertTrue(String.valueOf(e.getMessage()).startsWith(message), e::getMessage);
        assertEquals(position, e.position());
    }

    private static boolean matchesIp(String pattern, String text, int port) throws PatternException {
        Address.Inet inet = new Address.Inet(Bytes.of(IpText.parse(text)), port);
        return AddressPattern.parse(pattern)
                .matchesIp(AddressPattern.high(inet), AddressPattern.low(inet), inet.port());
    }
}
