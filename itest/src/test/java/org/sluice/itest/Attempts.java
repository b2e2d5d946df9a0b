package org.sluice.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python program in a sandbox that tries what it is told and says how that went. */
final class Attempts {

    /** Tries one thing a line and prints the name of the errno. */
    static final String TRY =
            """
            import ctypes, errno, os, socket, sys
            libc = ctypes.CDLL(None, use_errno=True)
            def raw(call, fd, address, length):
                buffer = ctypes.create_string_buffer(address, max(len(address), 1)) if address is not None else None
                return 0 if getattr(libc, call)(fd, buffer, length) == 0 else ctypes.get_errno()
            def stream(family): return socket.socket(family, socket.SOCK_STREAM)
            def ip(call, host, port):
                s = stream(socket.AF_INET6 if ':' in host else socket.AF_INET)
                s.setblocking(False)
                return getattr(s, call)((host, port))
            kept = []
            def unix(call, path):
                kept.append(stream(socket.AF_UNIX))
                return getattr(kept[-1], call)(path)
            for line in sys.stdin:
                try:
                    result = eval(line)
                    print('ok' if not result else errno.errorcode[result], flush=True)
                except OSError as e:
                    print(errno.errorcode.get(e.errno, e), flush=True)
            """;

    private Attempts() {}

    /** Runs it with options of {@code sluice run}; each line is an expression that is false or an errno. */
    static Distribution.Result attempt(User user, Path folder, List<String> options, String... lines) throws Exception {
        Files.writeString(folder.resolve("try.py"), TRY);
        List<String> arguments = new ArrayList<>(List.of("run"));
        arguments.addAll(options);
        arguments.addAll(List.of("--", "python3", "try.py"));
        return Distribution.sluiceIn(user, folder, String.join("\n", lines) + "\n", arguments.toArray(String[]::new));
    }

    /** A name of an errno, or {@code ok}, for each line. */
    static List<String> answers(Distribution.Result result) {
        assertEquals(0, result.status(), result::err);
        return result.out().lines().toList();
    }
}
