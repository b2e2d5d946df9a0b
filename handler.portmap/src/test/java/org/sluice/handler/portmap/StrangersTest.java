package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Verdict;
import org.sluice.target.PinnedSocket;

/**
 * Two sandboxes of two supervisors never share a port of the kernel's, whatever their sockets' options would share; and
 * what they have they can listen on.
 */
class StrangersTest {

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_MPTCP = 262;

    static Stream<Arguments> kinds() {
        List<Arguments> all = new ArrayList<>();
        for (int user : User.testable()) {
            for (String address : List.of("127.0.0.1", "0.0.0.0")) {
                all.add(Arguments.of(user, address, SOCK_STREAM, 0));
                all.add(Arguments.of(user, address, SOCK_STREAM, IPPROTO_MPTCP));
                all.add(Arguments.of(user, address, SOCK_DGRAM, 0));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noOptionJoinsTwoSandboxes(int user, String address, int type, int protocol) throws Exception {
        User.run(user, () -> {
            for (int options = 0; options < 32; options++) {
                meet(address, type, protocol, options);
            }
        });
    }

    /** Bits 0 and 1 are the first socket's options, 2 and 3 the second's, 4 says that the first listens before. */
    private static void meet(String address, int type, int protocol, int options) {
        try (RealKernel first = new RealKernel();
                RealKernel second = new RealKernel()) {
            PinnedSocket one = socket(first, type, protocol, options);
            PinnedSocket two = socket(second, type, protocol, options >> 2);
            Box box = new Box(first);
            Box other = new Box(second);
            Inet bound = bound(box.call("bind", one, Optional.of(Script.inet(address + "!0"))));
            boolean stream = type == SOCK_STREAM;
            if (stream && (options & 16) != 0) {
                assertEquals(0, box.call("listen", one, Optional.empty()).errno());
            }
            assertEquals(bound, bound(other.call("bind", two, Optional.of(bound))), "as the second sandbox sees it");
            assertNotEquals(bound, two.local().orElseThrow(), "options " + options);
            assertEquals(bound, one.local().orElseThrow());
            if (stream) {
                assertEquals(0, box.call("listen", one, Optional.empty()).errno());
                assertEquals(0, other.call("listen", two, Optional.empty()).errno());
            }
        }
    }

    private static PinnedSocket socket(RealKernel kernel, int type, int protocol, int options) {
        PinnedSocket socket = kernel.socket(AF_INET, type, protocol);
        kernel.set(socket, RealKernel.SO_REUSEADDR, (options & 1) != 0);
        kernel.set(socket, RealKernel.SO_REUSEPORT, (options & 2) != 0);
        return socket;
    }

    private static Inet bound(Verdict verdict) {
        assertEquals(0, verdict.errno());
        Address address = verdict.address().orElseThrow();
        return (Inet) address;
    }
}
