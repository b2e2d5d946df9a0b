package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.notify.Address;
import org.sluice.notify.Address.Inet;
import org.sluice.notify.Verdict;
import org.sluice.target.PinnedSocket;

/** A port that the kernel gave to a socket without a bind is taken in its sandbox, and free in another one. */
class UnboundTest {

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int EADDRINUSE = 98;

    static Stream<Arguments> ways() {
        return User.testable().stream().flatMap(user -> Stream.of("connect, 1", "connect, 2", "listen, 1")
                .map(way -> way.split(", ", -1))
                .map(way -> Arguments.of(user, way[0], Integer.parseInt(way[1]))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void itsPortIsTakenInsideAlone(int user, String call, int type) throws Exception {
        User.run(user, () -> {
            try (RealKernel kernel = new RealKernel();
                    RealKernel elsewhere = new RealKernel()) {
                Box box = new Box(kernel);
                Box other = new Box(elsewhere);
                Inet port = given(kernel, box, call, type);
                PinnedSocket late = kernel.socket(AF_INET, type, 0);
                assertEquals(
                        EADDRINUSE, box.call("bind", late, Optional.of(port)).errno());
                PinnedSocket strange = elsewhere.socket(AF_INET, type, 0);
                Verdict mapped = other.call("bind", strange, Optional.of(port));
                assertEquals(Optional.<Address>of(port), mapped.address());
                assertNotEquals(Optional.<Address>of(port), strange.local());
            }
        });
    }

    /** Where a socket is after a call that gave it a port. */
    private static Inet given(RealKernel kernel, Box box, String call, int type) {
        PinnedSocket server = kernel.socket(AF_INET, type, 0);
        PinnedSocket socket = kernel.socket(AF_INET, type, 0);
        Address any = Script.inet("0.0.0.0!0");
        Address peer = box.call("bind", server, Optional.of(Script.inet("127.0.0.1!0")))
                .address()
                .orElseThrow();
        if (type == SOCK_STREAM) {
            assertEquals(0, box.call("listen", server, Optional.empty()).errno());
        }
        Address argument = call.equals("listen") ? any : peer;
        assertEquals(0, box.call(call, socket, Optional.of(argument)).errno());
        return (Inet) socket.local().orElseThrow();
    }
}
