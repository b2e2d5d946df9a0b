package org.sluice.core.attack;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/**
 * Runs {@code sends.c} outside and inside a sandbox, and prints for each of its parts whether it said the same. Arguments: an
 * empty folder, the compiled program, the letters of the parts.
 */
final class SendMain {

    /** Every message is decided, and every one allowed. */
    static final Profile DECIDED = Arena.profile(
            "\"network\": { \"connect\": \"allow\", \"bind\": \"allow\", \"send\": \"allow\" }, \"unix\": { \"default\":"
                    + " \"allow\" }, \"datagram\": \"rules\", \"handlers\": { \"bind\": {}, \"connect\": {}, \"unix\": {} }");

    private SendMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        for (char letter : arguments[2].toCharArray()) {
            String part = Character.toString(letter);
            String expected = natively(folder, arguments[1], part);
            for (Profile profile : List.of(DECIDED, new ProfileLoader().load("open"))) {
                String said = inside(folder, profile, arguments[1], part);
                boolean same = said.equals(expected) && expected.lines().count() > 5;
                System.out.println(same ? "same " + part : "DIFFERENT\n" + expected + "became\n" + said);
            }
        }
    }

    static String natively(Path folder, String program, String part) throws Exception {
        Path work = Files.createTempDirectory(folder, "native");
        Process process =
                new ProcessBuilder(program, part).directory(work.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said + (process.waitFor() == 0 ? "" : "status " + process.exitValue());
    }

    static String inside(Path folder, Profile profile, String program, String part) throws Exception {
        Path work = Files.createTempDirectory(folder, "inside");
        try (Arena arena = Arena.standard(work, List.of())) {
            Arena.Result result = arena.run(profile, program, part);
            return result.output() + (result.status() == 0 ? "" : "status " + result.status());
        }
    }
}
