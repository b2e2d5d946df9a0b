package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApproversTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deny",
                "terminal",
                "shell",
                "https://example.com/ask?to=me",
                "http://127.0.0.1:8080/",
                "http://[::1]/",
                "http://localhost/",
                "com.example.chat",
                "all terminal shell https://example.com/",
                "any shell com.example.chat"
            })
    void readsBackWhatItWrites(String text) {
        assertEquals(text, Approvers.parse(text).toString());
        assertEquals(!text.equals("deny"), Approvers.parse(text).ask());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nobody",
                "Terminal",
                "terminal shell",
                "all deny terminal",
                "any terminal terminal",
                "http://example.com/",
                "http://127.0.0.1.example.com/",
                "ftp://127.0.0.1/",
                "https:///path",
                "https://user@example.com/",
                "https://exa mple.com/",
                "file:/etc/passwd"
            })
    void refusesWhatIsNobody(String text) {
        PolicyException e = assertThrows(PolicyException.class, () -> Approvers.parse(text));
        assertFalse(String.valueOf(e.getMessage()).contains("\n"));
    }

    private static Profile profile(String section) {
        return new ProfileLoader()
                .parse(("{ \"handlers\": { \"openat\": " + section + " } }").getBytes(StandardCharsets.UTF_8), "p");
    }

    @Test
    void aProfileNamesThem() {
        Profile profile = profile("{ \"approve\": \"all terminal shell\", \"read\": [\"$CWD\"] }");
        assertEquals(List.of("terminal", "shell"), Approvers.of(profile).names());
        // Of the section only the paths have variables in them.
        Profile expanded = profile.expand(Path.of("/srv"), Path.of("/tmp/t"), Path.of("/home/a"));
        assertEquals(Approvers.of(profile), Approvers.of(expanded));
        assertEquals(List.of("/srv"), expanded.settings("openat").texts("read"));
        assertFalse(Approvers.of(profile("{ }")).ask());
        PolicyException e = assertThrows(PolicyException.class, () -> profile("{\n \"approve\": \"somebody\" }"));
        assertTrue(String.valueOf(e.getMessage()).contains("p:2: "), e::getMessage);
        assertThrows(PolicyException.class, () -> profile("{ \"approve\": [\"terminal\"] }"));
    }

    @Test
    void theFlagBringsTheBrokerUnlessItIsNobody() {
        ProfileBuilder builder = new ProfileBuilder("flags");
        assertFalse(builder.approve("deny").build().handlers().containsKey("openat"));
        assertTrue(Approvers.of(builder.approve("shell").build()).ask());
        assertFalse(Approvers.of(builder.approve("deny").build()).ask());
    }
}
