package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams that nobody sees, beside rules on Unix sockets. */
class EnforcementTest {

    private static final String WHY =
            " together with datagram 'any', because nobody sees where Unix datagrams are sent,"
                    + " and the kernel keeps them to the grants only with Landlock ABI 9, which this version does not use; write"
                    + " --datagram rules or deny";

    private final ProfileLoader loader = new ProfileLoader();

    private List<String> missing(ProfileBuilder profile) {
        return Enforcement.missing(profile.build());
    }

    @Test
    void unseenDatagramsPassTheAllowlist() {
        assertEquals(
                List.of("the default 'own' of Unix sockets" + WHY),
                missing(loader.load("default").with().noPortmap().datagram("any")));
        assertEquals(
                List.of("'deny net/connect /run/x'" + WHY),
                missing(loader.load("open").with().rule(RuleText.parse("deny net/connect /run/x"), "p.json:1")));
    }

    @Test
    void whereAllIsAllowedThereIsNothingToPass() {
        assertEquals(List.of(), missing(loader.load("open").with()));
        assertEquals(
                List.of(),
                missing(loader.load("open").with().unixConnect("/run/x").denySend("any!53")));
        for (String mode : List.of("rules", "deny")) {
            assertEquals(List.of(), missing(loader.load("default").with().datagram(mode)));
        }
        assertTrue(missing(loader.load("default").with()).isEmpty());
    }
}
