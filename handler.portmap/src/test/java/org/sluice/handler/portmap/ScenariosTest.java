package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scenarios of {@code src/test/resources/scenarios}, as {@link Script} runs them. A file begins with what it is about;
 * each scenario has a name behind a {@code #} and ends at an empty line.
 */
class ScenariosTest {

    private static final List<String> FILES = List.of("bind", "connect", "datagram", "picked", "reuse");

    static Stream<Arguments> scenarios() throws IOException {
        Stream<Arguments> all = Stream.of();
        for (String file : FILES) {
            all = Stream.concat(all, scenarios(file));
        }
        return all;
    }

    private static Stream<Arguments> scenarios(String file) throws IOException {
        try (InputStream text = ScenariosTest.class.getResourceAsStream("/scenarios/" + file + ".txt")) {
            String whole = new String(Objects.requireNonNull(text, file).readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(whole.split("\n\n", -1)).skip(1).map(each -> {
                String[] named = each.split("\n", 2);
                return Arguments.of(file + ": " + named[0].substring(2), named[1].stripTrailing() + "\n");
            });
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void behaves(String name, String scenario) {
        assertTrue(scenario.contains(" -> "), name);
        assertEquals(scenario, new Script().run(scenario), name);
    }
}
