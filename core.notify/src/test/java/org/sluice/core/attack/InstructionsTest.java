package org.sluice.core.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.SandboxEvents;
import org.sluice.notify.Event;
import org.sluice.policy.Profile;
import org.sluice.policy.ProfileLoader;

/** Files that are read only if what they say is trusted, in a folder that the kernel grants to be read and written. */
class InstructionsTest {

    private static final String GOOD = "do what is good\n";
    private static final String BAD = "do what is bad\n";

    @TempDir
    private Path temp;

    private Path work;
    private Path safe;
    private Arena arena;
    private Signer signer;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws Exception {
        work = Files.createDirectory(temp.toRealPath().resolve("checkout"));
        safe = Files.createDirectory(temp.toRealPath().resolve("safe"));
        signer = Signer.ed25519();
        arena = Arena.standard(work, List.of());
        arena.tell(new SandboxEvents() {
            @Override
            public void event(String sandbox, Event event) {
                events.add(event);
            }

            @Override
            public void told(String sandbox, String message) {
                told.add(message);
            }
        });
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** The profile {@code default}, and {@code section} as what is said of trusted files. */
    private static Profile profile(String section) {
        String text =
                "{ \"extends\": \"default\", \"handlers\": { \"openat\": { \"trusted\": { " + section + " } } } }";
        return new ProfileLoader()
                .parse(text.getBytes(StandardCharsets.UTF_8), "instructions")
                .with()
                .env("LC_ALL", "C")
                .env("PATH", "/usr/bin:/bin")
                .build();
    }

    /** Files of the name AGENTS.md, trusted by the key. */
    private Profile signed(String more) {
        return profile("\"files\": [\"**/AGENTS.md\"], \"keys\": [\"" + signer.pem() + "\"]" + more);
    }

    private Profile listed(String... contents) throws Exception {
        Path list = signer.list(safe.resolve("list.sha256"), contents);
        return signed(", \"lists\": [\"" + list + "\"]");
    }

    private String run(Profile profile, String script) throws Exception {
        Arena.Result result = arena.run(profile, "/bin/sh", "-c", "exec 2>&1; " + script);
        return result.output();
    }

    private void write(String name, String content) throws Exception {
        Path file = work.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void whatAListHasIsReadAndNothingElse() throws Exception {
        write("AGENTS.md", GOOD);
        write("sub/dir/AGENTS.md", BAD);
        write("README.md", "text\n");
        write("run", "#!/bin/sh\necho ran\n");
        assertTrue(work.resolve("run").toFile().setExecutable(true));
        String said = run(
                listed(GOOD),
                "cat AGENTS.md; cat sub/dir/AGENTS.md; cat README.md; ./run; cp README.md r2; cat r2; ls -d sub;"
                        + " echo evil >> AGENTS.md; cat AGENTS.md");
        assertEquals(
                GOOD + "cat: sub/dir/AGENTS.md: Permission denied\ntext\nran\ntext\nsub\n"
                        + "cat: AGENTS.md: Permission denied\n",
                said);
        assertEquals(GOOD + "evil\n", Files.readString(work.resolve("AGENTS.md")));
    }

    @Test
    void aDenialSaysWhatWouldAllowIt() throws Exception {
        write("AGENTS.md", BAD);
        Arena.Result result = arena.run(listed(GOOD), "/bin/sh", "-c", "cat AGENTS.md");
        assertEquals(1, result.status());
        assertEquals(
                List.of("file/open " + work + "/AGENTS.md: an instruction file is not trusted, sign it, or add sha256 "
                        + Signer.digest(BAD) + " to a list of openat.trusted"),
                result.sandbox().denials().stream()
                        .map(each -> each.denial().operation() + " "
                                + each.denial().target() + ": " + each.denial().reason() + ", "
                                + each.denial().remedy())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "P-256"})
    void aSignatureBesideAFileIsEnough(String kind) throws Exception {
        signer = kind.equals("P-256") ? Signer.p256() : Signer.ed25519();
        for (String folder : List.of("a", "b", "c", "d", "e")) {
            write(folder + "/AGENTS.md", folder.equals("b") ? BAD : GOOD);
        }
        signer.sign(work.resolve("a/AGENTS.md"));
        Files.copy(work.resolve("a/AGENTS.md.sig"), work.resolve("b/AGENTS.md.sig"));
        (kind.equals("P-256") ? Signer.p256() : Signer.ed25519()).sign(work.resolve("c/AGENTS.md"));
        Files.createSymbolicLink(work.resolve("d/AGENTS.md.sig"), Path.of("../a/AGENTS.md.sig"));
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", work + "/e/AGENTS.md.sig").start().waitFor());
        String said = run(signed(""), "for d in a b c d e; do cat $d/AGENTS.md; done");
        assertEquals(
                GOOD + "cat: b/AGENTS.md: Permission denied\ncat: c/AGENTS.md: Permission denied\n"
                        + "cat: d/AGENTS.md: Permission denied\ncat: e/AGENTS.md: Permission denied\n",
                said);
    }

    /** Links, descriptors, flags: none of them is another way to what the file says. */
    @Test
    void noSpellingLeadsPastTheVerification() throws Exception {
        write("AGENTS.md", BAD);
        write("plain", BAD);
        Files.createSymbolicLink(work.resolve("link"), Path.of("AGENTS.md"));
        Files.createSymbolicLink(work.resolve("folder"), Path.of("."));
        Files.createLink(work.resolve("hard"), work.resolve("AGENTS.md"));
        String said = run(
                listed(GOOD),
                """
                cat > t.py <<'P'
                import os, sys, errno, ctypes
                libc = ctypes.CDLL(None, use_errno=True)
                def fd(n): return '/proc/self/fd/%d' % n
                def openat2(path, flags):
                    r = libc.syscall(437, -100, path.encode(), (ctypes.c_uint64 * 3)(flags, 0, 0), 24)
                    if r < 0: raise OSError(ctypes.get_errno(), '')
                    return r
                def gone(name):
                    f = os.open(name, os.O_PATH); os.unlink(name); return fd(f)
                def reads(f): return os.read(f, 100)
                R, P = os.O_RDONLY, os.O_PATH
                for line in [
                    "os.open('AGENTS.md', R)", "os.open('link', R)", "os.open('folder/../checkout/AGENTS.md', R)",
                    "os.open('hard', R)", "os.open(fd(os.open('AGENTS.md', P)), R)", "os.open(fd(openat2('AGENTS.md', P)), R)",
                    "openat2('AGENTS.md', R)", "os.open('AGENTS.md', os.O_RDWR)", "os.open('AGENTS.md', R | os.O_CREAT)",
                    "os.open('AGENTS.md', 3)", "os.open(fd(os.open('AGENTS.md', os.O_WRONLY)), R)",
                    "os.open(fd(os.open('.', R)) + '/AGENTS.md', R)", "os.open('AGENTS.md', R, dir_fd=os.open('.', P))",
                    "os.open('new/AGENTS.md', os.O_RDWR | os.O_CREAT)", "os.open(gone('hard'), R)", "os.open(gone('AGENTS.md'), R)"]:
                    try: print(line, reads(eval(line)))
                    except OSError as e: print(errno.errorcode[e.errno])
                print(reads(os.open('plain', R)), reads(os.open(gone('plain'), R)))
                P
                mkdir new; python3 t.py
                """);
        assertEquals(
                "EACCES\n".repeat(16) + "b'do what is bad\\n' b'do what is bad\\n'\n",
                said.replaceAll("EPERM", "EACCES"));
    }

    /** A list may have a file that several names lead to. */
    @Test
    void aFileWithSeveralNamesIsJudgedByWhatItSays() throws Exception {
        write("notes", GOOD);
        write("other", BAD);
        Files.createLink(work.resolve("notes2"), work.resolve("notes"));
        Files.createLink(work.resolve("other2"), work.resolve("other"));
        assertEquals(GOOD + "cat: other: Permission denied\n", run(listed(GOOD), "cat notes2; cat other"));
    }

    @Test
    void whatIsReadIsACopyThatNobodyChanges() throws Exception {
        write("AGENTS.md", GOOD);
        String said = run(
                listed(GOOD),
                "exec 3<AGENTS.md; echo evil > AGENTS.md; cat <&3; cat /proc/self/fd/3; echo x > /proc/self/fd/3; cat AGENTS.md");
        assertTrue(said.startsWith(GOOD + GOOD), said);
        assertFalse(said.contains("evil"), said);
        assertEquals("evil\n", Files.readString(work.resolve("AGENTS.md")));
    }

    /** Neither the first time nor any later one. */
    @ParameterizedTest
    @ValueSource(strings = {"warn", "audit"})
    void warnAndAuditNeverDeny(String mode) throws Exception {
        write("AGENTS.md", BAD);
        write("big/AGENTS.md", "x".repeat((1 << 20) + 1));
        Files.createLink(work.resolve("hard"), work.resolve("AGENTS.md"));
        String said = run(
                signed(", \"mode\": \"" + mode + "\""),
                "for i in 1 2 3 4 5 6 7 8 9 10; do cat AGENTS.md hard; wc -c < big/AGENTS.md; : <>AGENTS.md; done;"
                        + " echo more >> AGENTS.md; cat AGENTS.md; rm AGENTS.md; cat hard");
        assertEquals((BAD + BAD + ((1 << 20) + 1) + "\n").repeat(10) + (BAD + "more\n").repeat(2), said);
        assertEquals(
                41,
                events.stream()
                        .filter(each -> each.operation().equals("untrusted-file"))
                        .count());
        List<String> warnings =
                told.stream().filter(each -> each.contains("instruction file")).toList();
        assertEquals(mode.equals("warn") ? 5 : 0, warnings.size(), warnings::toString);
    }

    /** Where the kernel grants nothing below the patterns, other files are left to it. */
    @Test
    void aFolderThatOnlyTheBrokerServesIsVerifiedToo() throws Exception {
        Path data = Files.createDirectory(temp.toRealPath().resolve("data"));
        Files.writeString(data.resolve("AGENTS.md"), GOOD);
        Files.createDirectory(data.resolve("sub"));
        Files.writeString(data.resolve("sub/AGENTS.md"), BAD);
        Files.writeString(data.resolve("plain"), "plain\n");
        Path list = signer.list(safe.resolve("list"), GOOD);
        String section = "\"files\": [\"" + data + "/**/AGENTS.md\"], \"keys\": [\"" + signer.pem()
                + "\"], \"lists\": [\"" + list + "\"]";
        Profile profile = profile(section)
                .with()
                .handler("openat", Map.of("read", List.of(data.toString())))
                .build();
        assertEquals(
                GOOD + "cat: " + data + "/sub/AGENTS.md: Permission denied\nplain\n",
                run(profile, "cat " + data + "/AGENTS.md " + data + "/sub/AGENTS.md " + data + "/plain"));
    }

    /** Verifying a file is no way around its protection, in a mode that denies nothing either. */
    @Test
    void whatIsProtectedIsNotReadAsAnInstruction() throws Exception {
        Path data = Files.createDirectory(temp.toRealPath().resolve("data"));
        Path secret = Files.writeString(safe.resolve("secret"), "secret\n");
        Files.createLink(data.resolve("AGENTS.md"), secret);
        Profile profile = profile("\"mode\": \"audit\", \"files\": [\"" + data + "/**\"]")
                .with()
                .handler("openat", Map.of("read", List.of(data.toString()), "protect", List.of(secret.toString())))
                .build();
        assertEquals("cat: " + data + "/AGENTS.md: Permission denied\n", run(profile, "cat " + data + "/AGENTS.md"));
    }
}
