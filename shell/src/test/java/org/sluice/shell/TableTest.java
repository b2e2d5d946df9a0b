package org.sluice.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsColumns() {
        assertEquals("A     B\nlong  x", new Table("A", "B").row("long", "x").toString());
    }

    @Test
    void fitsAScreen() {
        String text = new Table("A", "B").row("x", "y".repeat(200)).toString();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.endsWith("…"), text);
    }
}
