package org.sluice.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.sluice.policy.json.JsonReader;

/** The published schema and the loader know the same keys and the same words. */
class ProfileSchemaTest {

    private static Object schema() throws JsonReader.Malformed {
        return JsonReader.read(ProfileSchema.text().getBytes(StandardCharsets.UTF_8))
                .plain();
    }

    /** Walks down by keys and list positions. */
    private static Object at(Object node, String... path) {
        Object now = node;
        for (String step : path) {
            Object next = now instanceof Map<?, ?> map
                    ? map.get(step)
                    : now instanceof List<?> list ? list.get(Integer.parseInt(step)) : null;
            if (next == null) {
                throw new AssertionError("the schema has no " + String.join("/", path) + " (" + step + ")");
            }
            now = next;
        }
        return now;
    }

    private static void assertKeys(Collection<String> loader, Object object) {
        assertEquals(false, at(object, "additionalProperties"));
        Set<String> keys = new TreeSet<>();
        if (at(object, "properties") instanceof Map<?, ?> properties) {
            properties.keySet().forEach(key -> keys.add(String.valueOf(key)));
        }
        assertEquals(new TreeSet<>(loader), keys);
    }

    @Test
    void schemaAndLoaderAgreeOnEveryKey() throws JsonReader.Malformed {
        Object schema = schema();
        assertKeys(ProfileKeys.TOP, schema);
        assertKeys(ProfileKeys.FILES, at(schema, "properties", "files"));
        assertKeys(ProfileKeys.GRANT, at(schema, "$defs", "grants", "items", "oneOf", "1"));
        assertKeys(ProfileKeys.NETWORK, at(schema, "properties", "network"));
        assertKeys(ProfileKeys.UNIX, at(schema, "properties", "unix"));
        assertKeys(ProfileKeys.ENVIRONMENT, at(schema, "properties", "environment"));
        assertKeys(Choices.LIMITS, at(schema, "properties", "limits"));
        assertKeys(HandlerKeys.handlers(), at(schema, "properties", "handlers"));
        for (String handler : HandlerKeys.handlers()) {
            assertKeys(
                    HandlerKeys.keys(handler).keySet(),
                    at(schema, "properties", "handlers", "properties", handler, "oneOf", "1"));
        }
    }

    @Test
    void schemaAndLoaderAgreeOnTrustedFiles() throws JsonReader.Malformed {
        Object trusted = at(
                schema(),
                "properties",
                "handlers",
                "properties",
                "openat",
                "oneOf",
                "1",
                "properties",
                TrustSection.KEY);
        assertKeys(TrustSection.ALL, trusted);
        assertEquals(TrustSection.MODES, at(trusted, "properties", TrustSection.MODE, "enum"));
        Object sigstore = at(trusted, "properties", SigstoreSection.KEY);
        assertKeys(SigstoreSection.ALL, sigstore);
        assertKeys(SigstoreSection.IDENTITY, at(sigstore, "properties", SigstoreSection.IDENTITIES, "items"));
    }

    @Test
    void schemaAndLoaderAgreeOnEveryWord() throws JsonReader.Malformed {
        Object schema = schema();
        assertEquals(Choices.NETWORK, at(schema, "$defs", "default", "enum"));
        assertEquals(Choices.UNIX, at(schema, "properties", "unix", "properties", "default", "enum"));
        assertEquals(Choices.DATAGRAM, at(schema, "properties", "datagram", "enum"));
        Object connect = at(schema, "properties", "handlers", "properties", "connect", "oneOf", "1");
        assertEquals(ConnectMode.NAMES, at(connect, "properties", "mode", "enum"));
    }

    @Test
    void theSchemaIsAtItsPath() {
        assertTrue(ProfileSchema.class.getResource(ProfileSchema.RESOURCE) != null);
    }
}
