package org.sluice.core.attack;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test whose target is a program in C, compiled for it, in a supervisor with the ready handlers. */
abstract class Attacker {

    private final String source;

    /** Where it works. */
    @TempDir
    Path folder;

    Path program;
    Arena arena;

    /**
     * A test with the program of a source.
     *
     * @param source the name without its ending
     */
    Attacker(String source) {
        this.source = source;
    }

    @BeforeEach
    void open() throws Exception {
        program = Programs.compile(folder, source);
        arena = Arena.standard(folder, List.of());
    }

    @AfterEach
    void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
