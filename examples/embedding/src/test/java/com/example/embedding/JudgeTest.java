package com.example.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {

    @TempDir
    private Path folder;

    @Test
    void anHonestProgramGetsItsInput() throws Exception {
        try (Judge judge = new Judge()) {
            assertEquals(
                    new Judge.Outcome(0, "6\n", List.of()),
                    judge.run(folder, "print(sum(map(int, input().split())))", "1 2 3\n"));
        }
    }

    @Test
    void aNosyProgramGetsNowhere() throws Exception {
        String program = "import socket; print(socket.socket().connect_ex(('192.0.2.1', 443)))";
        try (Judge judge = new Judge()) {
            assertEquals(
                    new Judge.Outcome(0, "13\n", List.of("net/connect 192.0.2.1!443")), judge.run(folder, program, ""));
        }
    }
}
