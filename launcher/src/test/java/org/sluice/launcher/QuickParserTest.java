package org.sluice.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the table reads is what picocli reads; what is unusual is left to picocli. */
class QuickParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "-- true",
                "-- -v --name",
                "-q -v --name a -- true -v --name b",
                "--read /a --read=/b --write= -- sh -c x",
                "--name=a=b true -- x",
                "--degrade",
            })
    void readsAsPicocli(String line) {
        List<String> arguments = List.of(line.split(" ", -1));
        assertEquals(Optional.of(Parser.thoroughly(Verb.RUN, arguments)), QuickParser.parse(Verb.RUN, arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--raed x", "--name", "--name -v", "--name a --name b", "-qv -- true", "--help", "-q=1 x"})
    void leavesTheUnusualToPicocli(String line) {
        assertEquals(Optional.empty(), QuickParser.parse(Verb.RUN, List.of(line.split(" ", -1))));
    }

    @Test
    void leavesOptionsAfterArgumentsToPicocli() {
        assertEquals(Optional.empty(), QuickParser.parse(Verb.WHY, List.of("connect", "--profile", "open")));
        assertEquals(Optional.empty(), QuickParser.parse(Verb.PS, List.of("x")));
    }

    @Test
    void tellsInWhichOrderOptionsWereGiven() {
        List<String> arguments = List.of(
                "--deny-send=a", "--allow-connect", "--deny-send", "-q", "--deny-send", "b", "x", "--allow-bind", "c");
        Parser.Parsed parsed = new Parser.Parsed(Map.of(), 3, false);
        assertEquals(
                List.of("--deny-send", "--allow-connect", "-q", "--deny-send"),
                Parser.order(Verb.RUN, arguments, parsed));
    }
}
