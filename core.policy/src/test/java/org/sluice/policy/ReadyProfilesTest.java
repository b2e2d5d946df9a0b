package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The four profiles of the bundle against the table of the specification. */
class ReadyProfilesTest {

    private final ProfileLoader loader = new ProfileLoader();

    @Test
    void defaultIsForOrdinaryPrograms() {
        Profile profile = loader.load("default");
        assertEquals("default", profile.name());
        assertEquals(new Profile.Defaults("loopback", "loopback", "loopback", "own"), profile.defaults());
        assertEquals("rules", profile.datagram());
        assertEquals(
                Set.of("bind", "connect", "netlink", "portmap", "unix"),
                profile.handlers().keySet());
        assertEquals("", profile.settings("netlink").text("mode", ""));
        assertTrue(profile.settings("portmap").flag("enabled", true));
        assertEquals(List.of(), profile.reserve());
        assertTrue(profile.files().contains(new Profile.FileGrant("/usr", false, false)));
        assertTrue(profile.files().contains(new Profile.FileGrant("$CWD", true, false)));
        assertTrue(profile.files().contains(new Profile.FileGrant("$TMP", true, false)));
        assertTrue(profile.files().contains(new Profile.FileGrant("/dev/null", true, false)));
        assertFalse(profile.files().stream().anyMatch(grant -> grant.path().startsWith("$HOME")));
    }

    @Test
    void serverMayBindAnywhere() {
        Profile profile = loader.load("server");
        assertEquals(new Profile.Defaults("loopback", "allow", "loopback", "own"), profile.defaults());
        assertEquals(loader.load("default").files(), profile.files());
        assertEquals(List.of("bind", "connect"), profile.reserve());
    }

    @Test
    void buildHasCaches() {
        Profile profile = loader.load("build");
        assertEquals(loader.load("default").defaults(), profile.defaults());
        assertTrue(profile.files().containsAll(loader.load("default").files()));
        assertTrue(profile.files().contains(new Profile.FileGrant("$HOME/.m2/repository", true, true)));
    }

    @Test
    void openDeniesNothingAndMapsNoPorts() {
        Profile profile = loader.load("open");
        assertEquals(new Profile.Defaults("allow", "allow", "allow", "allow"), profile.defaults());
        assertEquals(List.of(new Profile.FileGrant("/", true, false)), profile.files());
        assertEquals("any", profile.datagram());
        assertEquals(
                Set.of("bind", "connect", "netlink", "portmap", "unix"),
                profile.handlers().keySet());
        assertEquals("host", profile.settings("netlink").text("mode", ""));
        assertFalse(profile.settings("portmap").flag("enabled", true));
    }
}
