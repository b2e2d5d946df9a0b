package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sluice.itest.witness.WitnessActivator;

/**
 * Five hundred operations of an administrator, drawn at random, from the shell of a supervisor with three targets that call
 * bind as fast as they can: no answer is wrong or lost, and of all that came and went nothing stays on the heap.
 */
class RandomAdministrationIT {

    private static final int OPERATIONS = 500;
    private static final int JARS = 5;
    private static final String WITNESS = "org.sluice.itest.witness";
    private static final Pattern TOTAL = Pattern.compile("total (\\d+) wrong (\\d+)");

    private final Random random = new Random(20);
    private final Map<String, Integer> counts = new TreeMap<>();
    /** The bundles of the witness, by number. */
    private final List<String> bundles = new ArrayList<>();

    /** The one that came by the folder. */
    private String deployed = "";

    private final StringBuilder history = new StringBuilder();

    @Test
    void fiveHundredOperationsLoseNothing() throws Exception {
        Programs.require("gcc");
        User user = User.OWN;
        Path home = Distribution.copyFor(user);
        Path folder = user.folder();
        Path jars = user.folder();
        Path program = Binder.compile(user, folder);
        Path record = jars.resolve("record");
        WitnessJar.write(home.resolve("deploy/witness.jar"), "1.0.0", record);
        WitnessJar.writeHeap(home.resolve("deploy/heap.jar"));
        for (int i = 0; i < JARS; i++) {
            WitnessJar.write(jars.resolve(i + ".jar"), "1." + i + ".0", record);
        }
        WitnessJar.write(jars.resolve("bad.jar"), "1.9.0", record, Map.of(WitnessActivator.FLAWS, "calls"));
        WitnessJar.write(jars.resolve("smoke.jar"), "1.9.0", record, Map.of(WitnessActivator.FLAWS, "smoke"));
        Path profile = jars.resolve("p.json");
        Files.writeString(profile, "{\"extends\": \"open\", \"handlers\": {\"" + WITNESS + "\": {}}}");
        String name = "random-" + ProcessHandle.current().pid();
        try (Running running = Running.sluice(
                        home, user, folder, "run", "--profile", profile.toString(), "--name", name, "--", "./binder");
                Running attached = attach(running, home, user, folder, name)) {
            Shell shell = new Shell(attached);
            // Everything is used once before it is counted, because code is loaded at its first use.
            warmUp(shell, jars, name);
            Counts before = new Counts(shell.ask("heap"));
            for (String other : List.of("b", "c")) {
                Files.createDirectory(folder.resolve(other));
                shell.ask("run --profile " + profile + " --name " + other + " sh -c 'cd " + other + " && exec "
                        + program + "'");
            }
            for (int i = 0; i < OPERATIONS; i++) {
                operate(shell, jars, name);
            }
            for (String sandbox : List.of(name, "b", "c")) {
                assertFalse(shell.ask("handlers --json " + sandbox).contains("\"leaked\""), history::toString);
            }
            for (String bundle : bundles) {
                shell.ask("felix:uninstall " + bundle);
            }
            shell.ask("felix:refresh");
            // Swaps stop it.
            shell.ask("felix:start " + deployed);
            for (String other : List.of("b", "c")) {
                Files.createFile(folder.resolve(other).resolve("stop"));
            }
            Running.await("both have told their totals", () -> totals(running).size() == 4);
            Running.await("both have ended", () -> shell.ask("ps").lines().noneMatch(line -> line.matches("[bc] .*")));
            Counts after = new Counts(shell.ask("heap"));
            assertEquals(before.witnesses, after.witnesses, history::toString);
            assertEquals(before.loaders, after.loaders, history::toString);
            // The first target goes on, and holds a few while a call of it is answered.
            assertTrue(after.descriptors <= before.descriptors + 8, before + " " + after);
            Files.createFile(folder.resolve("stop"));
            assertEquals(0, running.awaitEnd(), running::output);
            List<long[]> totals = totals(running);
            assertEquals(6, totals.size(), running::output);
            for (long[] total : totals) {
                assertTrue(total[0] > OPERATIONS, running::output);
                assertEquals(0, total[1], () -> running.output() + history);
            }
        }
        assertTrue(counts.values().stream().allMatch(count -> count > 5), counts::toString);
    }

    private static Running attach(Running running, Path home, User user, Path folder, String name) throws Exception {
        running.awaitLine("started");
        return Running.sluice(home, user, folder, "attach", name);
    }

    private void warmUp(Shell shell, Path jars, String name) throws Exception {
        String installed = install(shell, jars.resolve("0.jar"));
        shell.ask("swap " + WITNESS + " " + installed);
        shell.ask("config supervisor drain=1s");
        shell.ask("log " + WITNESS + " error");
        shell.ask("profile reload " + name);
        shell.ask("release " + name + " " + WITNESS);
        shell.ask("heap");
        shell.ask("handlers --json " + name);
        shell.ask("felix:uninstall " + installed);
        shell.ask("felix:refresh");
        bundles.clear();
        // The swap stopped the one that came by the folder.
        deployed = number(shell.ask("felix:lb " + WITNESS), "(\\d+)\\s*\\|");
        shell.ask("felix:start " + deployed);
    }

    /** One operation. */
    private void operate(Shell shell, Path jars, String name) throws Exception {
        String jar = jars.resolve(random.nextInt(JARS) + ".jar").toString();
        String bundle = bundles.isEmpty() ? "" : bundles.get(random.nextInt(bundles.size()));
        int kind = bundle.isEmpty() ? 0 : random.nextInt(11);
        if (kind == 0 && bundles.size() >= 4) {
            kind = 1;
        }
        String what =
                switch (kind) {
                    case 0 -> "install " + install(shell, Path.of(jar));
                    case 1 -> {
                        bundles.remove(bundle);
                        yield run(shell, "uninstall", "felix:uninstall " + bundle);
                    }
                    case 2, 3 -> run(shell, "update", "felix:update " + bundle + " file:" + jar);
                    case 4 -> run(shell, "stop", "felix:stop " + bundle);
                    case 5 -> run(shell, "start", "felix:start " + bundle);
                    case 6 -> run(shell, "refresh", "felix:refresh " + bundle);
                    case 7 ->
                        run(shell, "config", "config supervisor swap-grace=" + (100 + random.nextInt(400)) + "ms");
                    case 8 -> {
                        // It fails its first calls, and is muted wherever it is active.
                        run(shell, "quarantine", "felix:update " + bundle + " file:" + jars.resolve("bad.jar"));
                        yield run(shell, "release", "release " + name + " " + WITNESS);
                    }
                    case 9 -> run(shell, "swap", "swap " + WITNESS + " " + bundle);
                    default -> run(shell, "refused", "swap " + WITNESS + " " + jars.resolve("smoke.jar"));
                };
        history.append(what).append('\n');
    }

    private String install(Shell shell, Path jar) throws Exception {
        // From a copy of its own, because a location is installed once.
        Path copy = jar.resolveSibling("copy-" + counts.merge("install", 1, Integer::sum) + ".jar");
        Files.copy(jar, copy);
        String id = number(shell.ask("felix:install file:" + copy), "Bundle ID: (\\d+)");
        bundles.add(id);
        shell.ask("felix:start " + id);
        return id;
    }

    private String run(Shell shell, String kind, String line) throws Exception {
        counts.merge(kind, 1, Integer::sum);
        return line + " -> " + shell.ask(line).strip();
    }

    private static String number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    private static List<long[]> totals(Running running) {
        List<long[]> totals = new ArrayList<>();
        Matcher matcher = TOTAL.matcher(running.output());
        while (matcher.find()) {
            totals.add(new long[] {Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))});
        }
        return totals;
    }

    /** What {@code itest:heap} tells. */
    private static final class Counts {

        private final String text;
        private final long loaders;
        private final long witnesses;
        private final long descriptors;

        Counts(String text) {
            this.text = text;
            loaders = Long.parseLong(number(text, "loaders (\\d+)"));
            witnesses = Long.parseLong(number(text, "witnesses (\\d+)"));
            descriptors = Long.parseLong(number(text, "descriptors (-?\\d+)"));
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A session in which one line is answered before the next is typed. */
    private static final class Shell {

        private final Running attached;
        private int asked;
        private int read;

        Shell(Running attached) {
            this.attached = attached;
        }

        /** What the line printed, complaints too. */
        String ask(String line) {
            try {
                asked++;
                String mark = "answered-" + asked + ".";
                attached.write(line + "\necho " + mark + "\n");
                attached.awaitLine(mark);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            String all = attached.output();
            String answer = all.substring(read);
            read = all.length();
            return answer;
        }
    }
}
