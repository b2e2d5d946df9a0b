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
    void goesOnBelowWhereALineIsTooLong() {
        String text = new Table("A", "B").row("x", "word ".repeat(30).strip()).toString();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertEquals(30, text.split("word", -1).length - 1);
        assertTrue(text.lines().skip(2).allMatch(line -> line.startsWith("   word")), text);
    }

    @Test
    void breaksAWordThatIsLongerThanALine() {
        String text = new Table("A", "B").row("x", "y".repeat(200)).toString();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertEquals(200, text.chars().filter(c -> c == 'y').count());
    }

    @Test
    void cutsOtherColumns() {
        assertEquals(
                "A                         B\naaaaaaaaaaaaaaaaaaaaaaa…  x",
                new Table("A", "B").row("a".repeat(70), "x").toString());
    }

    @Test
    void aTerminalIsNotTold() {
        assertEquals(
                "A\n\\u001b[2J\\u202e", new Table("A").row("\u001b[2J\u202e").toString());
    }
}
