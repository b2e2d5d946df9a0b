package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What root keeps of its capabilities by a profile counts in calls that are made on its behalf, as natively, and no more. */
class CapabilitiesIT {

    private static final String PROFILE =
            """
            { "extends": "open", "capabilities": ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETUID", "CAP_SETGID",
              "CAP_NET_BIND_SERVICE"] }
            """;

    /** Binds and connects as several users, and says what came of it and who owns what was made. */
    private static final String PROGRAM =
            """
            import os, socket, sys
            def port():
                with socket.socket() as s:
                    s.bind(('127.0.0.1', 0))
                    free = s.getsockname()[1]
                for low in range(700, 1000):
                    with socket.socket() as s:
                        try: s.bind(('127.0.0.1', low))
                        except PermissionError as e: return e.errno
                        except OSError: continue
                        return 'bound'
            def bind(path, mode=0o777):
                s = socket.socket(socket.AF_UNIX)
                try: s.bind(path)
                except OSError as e: return e.errno
                at = os.stat(path)
                if mode != 0o777: os.chmod(path, mode)
                s.listen()
                kept.append(s)
                return at.st_uid, at.st_gid
            def connect(path):
                with socket.socket(socket.AF_UNIX) as s: return s.connect_ex(path)
            def send(path):
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                    try: return s.sendto(b'x', path)
                    except OSError as e: return e.errno
            def everything(who):
                print(who, port(), bind('closed/' + who), bind('open/' + who), *map(connect, ('open/mine', 'open/group')),
                      send('open/datagram'))
            kept = []
            os.umask(0)
            os.mkdir('open')
            os.mkdir('closed', 0o755)
            os.mkdir('secret', 0o700)
            os.mkdir('secret/room', 0o777)
            kept.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
            kept[0].bind('open/datagram')
            os.chmod('open/datagram', 0o600)
            print(bind('open/mine', 0o600), bind('open/group', 0o660))
            os.chown('open/group', 0, 123)
            everything('root')
            os.seteuid(65534)
            everything('effective')
            os.seteuid(0)
            os.chdir('secret/room')
            os.seteuid(65534)
            print('in a room that it could not enter', bind('here'), connect('here'))
            os.seteuid(0)
            os.chdir('../..')
            everything('again')
            os.setgroups([123])
            os.setresgid(4711, 4711, 4711)
            os.setresuid(4712, 4712, 4712)
            everything('other')
            """;

    @Test
    void callsOnBehalfAreMadeAsWhoTheTargetIsByThen() throws Exception {
        assumeTrue(User.OWN.isRoot(), "not root: only root has capabilities to keep");
        Programs.require("python3");
        Path natively = prepared();
        String expected;
        try (Running bare = Running.start(User.OWN, natively, List.of("python3", "-I", "-S", "program.py"))) {
            assertEquals(0, bare.awaitEnd(), bare::output);
            expected = bare.output();
        }
        assertTrue(expected.contains("effective 13 13 (65534, 0) 13 13 13"), expected);
        Path folder = prepared();
        try (Running inside = Running.sluice(
                User.OWN, folder, "run", "--profile", "./profile.json", "--", "python3", "-I", "-S", "program.py")) {
            assertEquals(0, inside.awaitEnd(), inside::output);
            assertEquals(expected, inside.output());
        }
    }

    @Test
    void aCapabilityThatSluiceDoesNotHaveIsNamed() throws Exception {
        User user = User.ordinary().findFirst().orElseThrow();
        Path folder = user.folder();
        Files.writeString(folder.resolve("profile.json"), PROFILE);
        Distribution.Result refused =
                Distribution.sluiceIn(user, folder, "", "run", "--profile", "./profile.json", "--", "true");
        assertEquals(125, refused.status());
        assertTrue(refused.err().contains("keeps CAP_CHOWN, which Sluice does not have here"), refused::err);
        assertEquals(1, refused.err().lines().count(), refused::err);
    }

    private static Path prepared() throws Exception {
        Path folder = User.OWN.folder();
        Files.writeString(folder.resolve("program.py"), PROGRAM);
        Files.writeString(folder.resolve("profile.json"), PROFILE);
        return folder;
    }
}
