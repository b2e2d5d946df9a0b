package org.sluice.handler.portmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Bytes;
import org.sluice.notify.Ports;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.State;

/**
 * The kernel's tables of sockets as text (proc_pid_net(5), {@code /proc/net/tcp} and its like), as a sandbox would see them
 * were it alone: the lines of its own sockets, with virtual ports. A connection that nobody holds any more, as in TIME_WAIT,
 * is nobody's. Stateless.
 */
final class SocketFiles {

    /** All begin with a line of headings. */
    static final Set<String> PATHS =
            Set.of("/proc/self/net/tcp", "/proc/self/net/tcp6", "/proc/self/net/udp", "/proc/self/net/udp6");

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;
    private static final int WORD = 4;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final SandboxContext sandbox;
    private final List<Claim> claims;

    private SocketFiles(SandboxContext sandbox, List<Claim> claims) {
        this.sandbox = sandbox;
        this.claims = claims;
    }

    /** One of {@link #PATHS} as the sandbox sees it now; this process is in the network namespace that it tells of. */
    static Bytes read(String path, SandboxContext sandbox, State state) {
        try {
            List<String> lines = Files.readAllLines(Path.of(path), StandardCharsets.US_ASCII);
            return Bytes.utf8(shown(path, lines, sandbox, state));
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    /** What of {@code lines} a sandbox sees. */
    static String shown(String path, List<String> lines, SandboxContext sandbox, State state) {
        int protocol = path.contains("udp") ? Claim.UDP : Claim.TCP;
        Ports ports = sandbox.ports();
        List<Claim> claims = Layout.all(state).stream()
                .filter(claim -> claim.protocol() == protocol && claim.remapped() && ports.covers(claim.question()))
                .toList();
        SocketFiles files = new SocketFiles(sandbox, claims);
        // Each has one line; the kernel may show it twice while its table changes between two reads.
        Set<Long> left = new HashSet<>(sandbox.sockets());
        StringBuilder shown = new StringBuilder();
        int number = 0;
        for (String line : lines) {
            String[] fields = line.strip().split(" +", -1);
            if (!fields[0].endsWith(":")) {
                shown.append(line).append('\n');
            } else if (left.remove(Long.parseLong(fields[INODE]))) {
                shown.append(files.translated(line, fields, number++)).append('\n');
            }
        }
        return shown.toString();
    }

    /** Everything stays where it was. */
    private String translated(String line, String[] fields, int number) {
        int colon = line.indexOf(':');
        int local = line.indexOf(fields[LOCAL], colon);
        int remote = line.indexOf(fields[REMOTE], local + fields[LOCAL].length());
        return String.format(Locale.ROOT, "%" + colon + "d", number)
                + line.substring(colon, local)
                + told(fields[LOCAL], false)
                + line.substring(local + fields[LOCAL].length(), remote)
                + told(fields[REMOTE], true)
                + line.substring(remote + fields[REMOTE].length());
    }

    private String told(String field, boolean remote) {
        int port = port(address(field), remote);
        return field.substring(0, field.indexOf(':') + 1) + HEX.toHexDigits((short) port);
    }

    /** The address is printed in words of the host, which has its bytes the other way round, the port as a number. */
    private static Inet address(String field) {
        int colon = field.indexOf(':');
        byte[] words = HEX.parseHex(field, 0, colon);
        byte[] ip = new byte[words.length];
        for (int i = 0; i < ip.length; i++) {
            ip[i] = words[i - i % WORD + WORD - 1 - i % WORD];
        }
        return new Inet(Bytes.of(ip), Integer.parseInt(field, colon + 1, field.length(), 16));
    }

    private int port(Inet address, boolean remote) {
        Bytes ip = address.unmapped().ip();
        ToIntFunction<Claim> closeness = claim -> claim.ip().equals(ip) ? 1 : 0;
        return claims.stream()
                .filter(claim -> claim.real() == address.port() && claim.takes(ip))
                .filter(claim -> !remote || sandbox.ports().isLocal(claim.question(), address))
                .max(Comparator.comparingInt(closeness))
                .map(Claim::virtual)
                .orElse(address.port());
    }
}
