package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The words of an answer. */
class WhyTest {

    @TempDir
    Path folder = Path.of("");

    private final Profile profile = new ProfileLoader().load("default");

    private Profile expanded() {
        return profile.expand(folder, folder, folder);
    }

    private Why.Answer why(String operation, String target) {
        return Why.why(expanded(), operation, target);
    }

    @Test
    void aDefaultDecides() {
        assertEquals(
                new Why.Answer(
                        false,
                        "net/connect 192.0.2.1!443 is denied: no grant\n  to allow it: --allow-connect '192.0.2.1!443'"),
                why("connect", "192.0.2.1!443"));
        assertEquals(
                new Why.Answer(true, "net/bind ::1!80 is allowed: default of bind in profile default"),
                why("bind", "::1!80"));
    }

    @Test
    void aWildcardBindIsKeptToLoopback() {
        assertEquals(
                new Why.Answer(
                        true,
                        "net/bind 0.0.0.0!80 is allowed on loopback only: default of bind in profile default\n"
                                + "  to open it to the network: --allow-bind '0.0.0.0!80'"),
                why("bind", "0.0.0.0!80"));
        assertTrue(why("bind", "::!80").text().startsWith("net/bind ::!80 is allowed on loopback only: "));
        assertEquals(false, why("bind", "192.0.2.1!80").allowed());
        Profile denied = profile.with().denyBind("any!80").build().expand(folder, folder, folder);
        assertEquals(false, Why.why(denied, "bind", "0.0.0.0!80").allowed());
    }

    @Test
    void aRuleDecides() {
        Profile flagged = profile.with().allowConnect("192.0.2.0/24!*").build().expand(folder, folder, folder);
        assertEquals(
                "net/connect 192.0.2.1!443 is allowed: allow net/connect 192.0.2.0/24!* (--allow-connect '192.0.2.0/24!*')",
                Why.why(flagged, "connect", "192.0.2.1!443").text());
    }

    @Test
    void aUnixSocketIsAskedForBoth() {
        assertEquals(
                "net/connect /nowhere/x.sock is denied: no grant\n  to allow it: --unix-connect /nowhere/x.sock\n"
                        + "net/bind /nowhere/x.sock is allowed: default of bind in profile default",
                why("unix", "/nowhere/x.sock").text());
    }

    @Test
    void aGrantOfFilesDecides() throws IOException {
        Path file = Files.createFile(folder.resolve("f")).toRealPath();
        assertEquals(
                "reading " + file + " is allowed: the grant of " + folder + " (write)\nwriting " + file
                        + " is allowed: the grant of " + folder + " (write)\nexecuting " + file
                        + " is allowed: the grant of " + folder + " (write)\n  the file's own permissions hold as well",
                why("open", file.toString()).text());
        assertEquals(
                new Why.Answer(
                        true,
                        "reading /etc/nothing is allowed: the grant of /etc (read)\nwriting /etc/nothing is denied: no"
                                + " grant\n  to allow it: --write /etc/nothing\nexecuting /etc/nothing is allowed: the"
                                + " grant of /etc (read)\n  the file's own permissions hold as well"),
                why("open", "/etc/nothing"));
        assertEquals(false, why("open", "/nowhere").allowed());
    }

    @Test
    void aBadQuestionIsOneLine() {
        String example = "; write 192.0.2.1!443, ::1!443, /run/x.sock, @name or !unnamed";
        assertEquals("'192.0.2.1:443' is no address with a port" + example, message("connect", "192.0.2.1:443"));
        assertEquals(
                "'example.com' is a name, and the kernel sees addresses; 'getent ahosts example.com' prints them",
                message("connect", "example.com!443"));
        assertEquals("'1.2.3' is no IP address" + example, message("connect", "1.2.3!443"));
        assertEquals("'99999' is no port from 0 to 65535" + example, message("connect", "::1!99999"));
        assertEquals(
                "why: unknown operation 'conect'; did you mean 'connect'?; ask: sluice why connect 192.0.2.1!443",
                message("conect", "::1!9"));
        assertEquals("open: 'x' is no absolute path; ask: sluice why open /etc/hosts", message("open", "x"));
    }

    private String message(String operation, String target) {
        return String.valueOf(assertThrows(PolicyException.class, () -> why(operation, target))
                .getMessage());
    }
}
