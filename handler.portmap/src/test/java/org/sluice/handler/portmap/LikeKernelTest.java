package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
 * Two sockets in every way to meet on one port: what they get without the map, with it where the port is free, and with it
 * where somebody outside holds the port, is the same.
 */
class LikeKernelTest {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_MPTCP = 262;
    private static final int FIRST_PORT = 10000;
    private static final int LAST_PORT = 30000;

    /** Sums of 1 for SO_REUSEADDR and 2 for SO_REUSEPORT. */
    private static final List<Integer> ALL_OPTIONS = List.of(0, 1, 2, 3);

    private static final List<Integer> NONE_OR_ALL = List.of(0, 3);

    /** How a socket binds: the address, whether it keeps out of IPv4, SO_REUSEADDR, SO_REUSEPORT. */
    private record Way(String address, boolean v6Only, boolean reuseAddress, boolean reusePort) {
        int domain() {
            return address.contains(":") ? AF_INET6 : AF_INET;
        }
    }

    /** Two ways, and whether the first socket listens before the second comes. */
    private record Meeting(int type, int protocol, Way first, Way second, boolean listens) {}

    /** What binds and listens; natively or under the map. */
    private interface Actor {
        Verdict act(String call, PinnedSocket socket, Optional<Address> address);
    }

    static Stream<Arguments> users() {
        List<Arguments> all = new ArrayList<>();
        for (int user : User.testable()) {
            boolean first = user == User.testable().get(0);
            all.add(Arguments.of(user, SOCK_STREAM, 0, first ? ALL_OPTIONS : NONE_OR_ALL));
            all.add(Arguments.of(user, SOCK_STREAM, IPPROTO_MPTCP, NONE_OR_ALL));
            all.add(Arguments.of(user, SOCK_DGRAM, 0, first ? ALL_OPTIONS : NONE_OR_ALL));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("users")
    void socketsOfOneSandboxMeetAsTheyDoNatively(int user, int type, int protocol, List<Integer> options)
            throws Exception {
        User.run(user, () -> {
            List<String> wrong = new ArrayList<>();
            try (RealKernel kernel = new RealKernel()) {
                for (Meeting meeting : meetings(type, protocol, options)) {
                    compare(kernel, meeting, wrong);
                }
            }
            assertEquals("", String.join("\n", wrong.subList(0, Math.min(9, wrong.size()))), wrong.size() + " differ");
        });
    }

    private int next = FIRST_PORT + (int) (ProcessHandle.current().pid() * 997 % (LAST_PORT - FIRST_PORT));

    /** Tried on another port before it counts: other programs of this machine take ports as well. */
    private void compare(RealKernel kernel, Meeting meeting, List<String> wrong) {
        String mistake = "";
        for (int i = 0; i < 3; i++) {
            int port = freePort(kernel);
            String natively = results(kernel, meeting, kernelActor(kernel), port);
            String free = results(kernel, meeting, mapActor(kernel), port);
            PinnedSocket outsider = kernel.socket(AF_INET6, meeting.type, meeting.protocol);
            assertEquals(0, bind(kernelActor(kernel), outsider, "::", port).errno());
            String taken = results(kernel, meeting, mapActor(kernel), port);
            kernel.closeSockets();
            if (natively.equals(free) && natively.equals(taken)) {
                return;
            }
            mistake = meeting + ": natively " + natively + ", mapped " + free + ", mapped where taken " + taken;
        }
        wrong.add(mistake);
    }

    private String results(RealKernel kernel, Meeting meeting, Actor actor, int port) {
        PinnedSocket first = open(kernel, meeting, meeting.first);
        PinnedSocket second = open(kernel, meeting, meeting.second);
        List<Object> results = new ArrayList<>();
        Verdict bound = bind(actor, first, meeting.first.address, port);
        results.add(text(bound, port));
        if (meeting.listens) {
            results.add(actor.act("listen", first, Optional.empty()).errno());
        }
        results.add(text(bind(actor, second, meeting.second.address, port), port));
        if (meeting.type == SOCK_STREAM
                && second.local().filter(LikeKernelTest::hasPort).isPresent()) {
            results.add(actor.act("listen", second, Optional.empty()).errno());
        }
        first.close();
        second.close();
        return results.toString();
    }

    private static boolean hasPort(Address local) {
        return ((Inet) local).port() != 0;
    }

    private static String text(Verdict bound, int port) {
        if (!bound.succeeded()) {
            return "errno " + bound.errno();
        }
        Inet told = (Inet) bound.address().orElseThrow();
        return told.withPort(told.port() == port ? 0 : told.port()).toString();
    }

    private static Actor kernelActor(RealKernel kernel) {
        return (call, socket, address) -> kernel.perform(call, socket, address, false);
    }

    private static Actor mapActor(RealKernel kernel) {
        Box box = new Box(kernel);
        return box::call;
    }

    private static Verdict bind(Actor actor, PinnedSocket socket, String address, int port) {
        return actor.act("bind", socket, Optional.of(Script.inet(address + "!" + port)));
    }

    private static PinnedSocket open(RealKernel kernel, Meeting meeting, Way way) {
        PinnedSocket socket = kernel.socket(way.domain(), meeting.type, meeting.protocol);
        if (way.domain() == AF_INET6) {
            kernel.setV6Only(socket, way.v6Only);
        }
        kernel.set(socket, RealKernel.SO_REUSEADDR, way.reuseAddress);
        kernel.set(socket, RealKernel.SO_REUSEPORT, way.reusePort);
        return socket;
    }

    /** A port that nobody has, neither of TCP nor of UDP. */
    private int freePort(RealKernel kernel) {
        while (true) {
            next = next < LAST_PORT ? next + 1 : FIRST_PORT;
            PinnedSocket stream = kernel.socket(AF_INET6, SOCK_STREAM, 0);
            PinnedSocket datagram = kernel.socket(AF_INET6, SOCK_DGRAM, 0);
            Actor actor = kernelActor(kernel);
            boolean free = bind(actor, stream, "::", next).succeeded()
                    && bind(actor, datagram, "::", next).succeeded();
            kernel.closeSockets();
            if (free) {
                return next;
            }
        }
    }

    private static List<Meeting> meetings(int type, int protocol, List<Integer> choices) {
        List<Way> ways = new ArrayList<>();
        for (int options : choices) {
            boolean reuseAddress = (options & 1) != 0;
            boolean reusePort = (options & 2) != 0;
            for (String address : List.of("127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::", "mapped:127.0.0.1")) {
                ways.add(new Way(address, false, reuseAddress, reusePort));
            }
            ways.add(new Way("::", true, reuseAddress, reusePort));
        }
        List<Meeting> meetings = new ArrayList<>();
        for (Way first : ways) {
            for (Way second : ways) {
                meetings.add(new Meeting(type, protocol, first, second, false));
                if (type == SOCK_STREAM) {
                    meetings.add(new Meeting(type, protocol, first, second, true));
                }
            }
        }
        return meetings;
    }
}
