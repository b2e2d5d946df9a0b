package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.Sandbox;
import org.sluice.core.StartException;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** Programs under the file broker: their output and exit status are those without it. */
class OpenProgramsTest {

    private static final String PATH = "/usr/bin:/bin";

    @TempDir
    private Path temp;

    private Path work;
    private Path data;
    private Arena arena;

    @BeforeEach
    void open() throws Exception {
        Path real = temp.toRealPath();
        work = Files.createDirectory(real.resolve("work"));
        data = Files.createDirectories(real.resolve("data/src"));
        Files.writeString(data.resolve("a.c"), "int b(void); int main(void) { return b() - 42; }\n");
        Files.writeString(data.resolve("b.c"), "#include \"b.h\"\nint b(void) { return B; }\n");
        Files.writeString(data.resolve("b.h"), "#define B 42\n");
        Files.writeString(
                data.resolve("A.java"),
                "class A { public static void main(String[] of) throws Exception {"
                        + " System.out.print(java.nio.file.Files.readString(java.nio.file.Path.of(of[0]))); } }");
        Files.createSymbolicLink(data.resolve("link.h"), Path.of("../src/b.h"));
        arena = Arena.standard(work, List.of());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** The profile {@code default}, and a folder that only the broker serves. */
    private Profile profile() {
        Profile extended = new ProfileLoader()
                .load("default")
                .with()
                .broker()
                .handler("openat", Map.of("read", List.of(data.toString()), "write", List.of(data.toString())))
                .env("PATH", PATH)
                .env("HOME", "/nonexistent")
                .env("LC_ALL", "C")
                .build();
        return extended;
    }

    /** The same folder granted by the kernel, and nothing left to it because files in there have to be trusted. */
    private Profile verifying() {
        return new ProfileLoader()
                .load("default")
                .with()
                .grant(data.toString(), true, false)
                .handler("openat", Map.of("trusted", Map.of("mode", "audit", "files", List.of("/**/AGENTS.md"))))
                .env("PATH", PATH)
                .env("HOME", "/nonexistent")
                .env("LC_ALL", "C")
                .build();
    }

    private String[] script(String text) {
        return new String[] {"/bin/sh", "-c", "exec 2>&1; cd \"$0\"; " + text, work.toString(), data.toString()};
    }

    private void clean() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("find", work.toString(), "-mindepth", "1", "-delete")
                        .start()
                        .waitFor());
    }

    /** The program that is needed, and what is run. */
    static Stream<Arguments> programs() {
        return Stream.of(
                Arguments.of(
                        "cat",
                        "cat $1/a.c $1/link.h $1/none $1; echo $?; cat < $1/b.h; cat /dev/stdin < $1/b.h; echo x | cat /dev/fd/0"),
                Arguments.of(
                        "python3",
                        "python3 -u -c 'import sys,os,json,tempfile; print(open(sys.argv[1]+\"/b.h\").read()); f=tempfile.TemporaryFile(); f.write(b\"x\"); print(f.tell()); print(sorted(os.listdir(sys.argv[1]))); open(sys.argv[1]+\"/none\")' $1; echo $?"),
                Arguments.of(
                        "make",
                        "printf 'all: a.o b.o\\n\\tcc -o $@ $^ && ./$@; echo $$?\\n%.o: %.c\\n\\tcc -c -o $@ $<\\nVPATH=%s\\n' $1 > Makefile; make -j2 --no-print-directory -Oline | sort; echo $?"),
                Arguments.of(
                        "tar",
                        "tar -C $1 -cf t.tar --sort=name . && tar -tf t.tar && mkdir x && tar -C x -xf t.tar && diff -r $1 x; echo $?"),
                Arguments.of(
                        "git",
                        "git -c init.defaultBranch=m init -q r; cd r; cp $1/*.c .; git add .; git -c user.name=a -c user.email=a@b commit -q -m m; git log --format=%s; git status --short; git diff --no-index $1/a.c $1/b.c; echo $?"),
                Arguments.of("find", "find $1 | sort; find $1 -name '*.h' -newer $1/none; echo $?"),
                Arguments.of(
                        "javac",
                        "javac -J-XX:TieredStopAtLevel=1 -d . $1/A.java; echo $?; java -XX:TieredStopAtLevel=1 -cp . A $1/b.h; echo $?; ls A.class"),
                Arguments.of(
                        "sqlite3",
                        "for m in delete wal; do sqlite3 $m.db 'pragma journal_mode='$m'; create table t(a); begin; insert into t values(1),(2); commit; begin; delete from t; rollback; select sum(a) from t; pragma integrity_check'; echo $?; done; sqlite3 $1/none/db 'select 1 from t'; echo $?; ls *.db"),
                Arguments.of(
                        "vim",
                        "exec < /dev/null; vim -es -u NONE -c '%s/B 42/B 43/' -c 'w out.h' -c 'q!' $1/b.h; echo $?; cat out.h; cp $1/b.h new; vim -es -u NONE -c 'normal Ox' -c 'wq' new; echo $?; cat new; ls *.h new .new*"),
                Arguments.of(
                        "find",
                        "find /proc/self /proc/thread-self -maxdepth 1 | sort; find /proc -maxdepth 1 -not -name '[0-9]*' | sort; find /proc/sys/kernel | sort; echo $?"),
                Arguments.of(
                        "ps",
                        "ps -o comm=,args= -p $$ | tr -s ' '; ps -o nlwp= $$; ps -e -o comm= | grep -cx ps; echo $?"),
                Arguments.of("top", "top -b -n1 -p $$ | tail -1 | sed 's/.* //'; top -b -n1 | grep -c '%Cpu'; echo $?"),
                Arguments.of("lsof", "lsof -w -p $$ -a -d cwd,rtd,txt,7 -F fn 7<$1/b.h | grep -v ^p; echo $?"),
                Arguments.of(
                        "written",
                        "echo more >> $1/log; echo over > $1/new; cat $1/log $1/new; wc -c < $1/new; : > $1/new; test -s $1/new; echo $?; rm -f log; dd if=$1/a.c of=$1/log bs=1 count=3 conv=notrunc status=none; cat $1/log"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void behaveAsWithout(String name, String text) throws Exception {
        Assumptions.assumeTrue(
                name.equals("written") || Files.isExecutable(Path.of("/usr/bin", name)), name + " is not installed");
        ProcessBuilder builder = new ProcessBuilder(script(text))
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", PATH, "HOME", "/nonexistent", "LC_ALL", "C"));
        Process process = builder.start();
        String expected = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int status = process.waitFor();
        for (Profile profile : List.of(profile(), verifying())) {
            clean();
            for (String made : List.of("log", "new")) {
                Files.deleteIfExists(data.resolve(made));
            }
            Arena.Result result = arena.run(profile, script(text));
            assertEquals(
                    expected,
                    result.output(),
                    () -> String.valueOf(result.sandbox().denials()));
            assertEquals(status, result.status());
        }
    }

    /** A named pipe waits for its other end, and meanwhile everybody else is served. */
    @Test
    void aPipeThatWaitsHoldsUpNobody() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", data.resolve("p").toString())
                        .start()
                        .waitFor());
        Arena.Result result = arena.run(
                profile(),
                script(
                        "cat $1/p & for i in 1 2 3 4 5 6 7 8 9; do cat $1/b.h; done; echo through > $1/p; wait; echo end"));
        assertEquals("#define B 42\n".repeat(9) + "through\nend\n", result.output());
    }

    /** A signal ends the waiting as it does natively, and a target that is killed leaves nothing behind. */
    @Test
    void aPipeThatWaitsIsInterrupted() throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", data.resolve("p").toString())
                        .start()
                        .waitFor());
        Arena.Result result = arena.run(
                profile(), script("timeout -s TERM 1 cat $1/p; echo $?; timeout -s KILL 1 cat $1/p; echo $?"));
        assertEquals("124\n137\n", result.output().replaceAll("(?m)^.*Killed.*\n", ""));
    }

    @Test
    void whatIsRefusedIsRecordedWithItsRemedy() throws Exception {
        Path other = Files.writeString(temp.toRealPath().resolve("other"), "x");
        Arena.Result result = arena.run(profile(), script("cat " + other + "; cat $1/../none; echo x > " + other));
        Sandbox sandbox = result.sandbox();
        List<String> said = sandbox.denials().stream()
                .map(each -> each.denial().operation() + " " + each.denial().target() + ": "
                        + each.denial().reason() + ", " + each.denial().remedy())
                .toList();
        assertEquals(
                List.of(
                        "file/open " + other + ": no grant, --read " + other,
                        "file/open " + other + ": no grant, --write " + other),
                said);
        assertTrue(result.output().contains("No such file"), result.output());
    }

    /** A protected file is known by what it is: a further name of it, and a link to it, are refused too. */
    @Test
    void whatIsProtectedIsServedByNoName() throws Exception {
        Path secret = Files.writeString(data.resolve("secret"), "secret\n");
        Files.createLink(data.resolve("further"), secret);
        Files.createSymbolicLink(data.resolve("pointer"), secret);
        Profile profile = profile()
                .with()
                .handler("openat", Map.of("protect", List.of(secret.toString())))
                .build();
        Arena.Result result = arena.run(
                profile, script("for f in secret further pointer b.h; do cat $1/$f; echo x >> $1/$f; done; echo end"));
        assertFalse(result.output().contains("secret\n"), result.output());
        assertTrue(result.output().endsWith("#define B 42\nend\n"), result.output());
        assertEquals("secret\n", Files.readString(secret));
        List<String> reasons = result.sandbox().denials().stream()
                .map(each -> each.denial().reason())
                .toList();
        assertEquals(Collections.nCopies(6, "protected"), reasons);
    }

    @Test
    void whatTheKernelGrantsCannotBeProtected() {
        Profile profile = profile()
                .with()
                .handler("openat", Map.of("protect", List.of("/etc/ssl")))
                .build();
        StartException refused = assertThrows(StartException.class, () -> arena.run(profile, script("true")));
        assertTrue(String.valueOf(refused.getMessage()).contains("cannot protect /etc/ssl: the profile grants /etc"));
    }
}
