package org.sluice.handler.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.handler.portmap.FakeKernel.Sock;

/** The simulated kernel against the one underneath: two IPv4 sockets in every way to meet on one port. */
class FakeKernelTest {

    /** Address and options of both sockets, and whether the first one listens. */
    static Stream<Arguments> meetings() {
        List<Arguments> all = new ArrayList<>();
        for (String first : List.of("127.0.0.1", "0.0.0.0")) {
            for (String second : List.of("127.0.0.1", "127.0.0.2", "0.0.0.0")) {
                for (int options = 0; options < 16; options++) {
                    all.add(Arguments.of(first, second, options, false));
                    if (first.equals("127.0.0.1")) {
                        all.add(Arguments.of(first, second, options, true));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("meetings")
    void decidesAsTheKernel(String first, String second, int options, boolean listens) throws IOException {
        FakeKernel kernel = new FakeKernel();
        Sock holder = sock(kernel, options);
        Sock comer = sock(kernel, options >> 2);
        assertEquals(0, kernel.bind(holder, Script.inet(first + "!80"), false));
        if (listens) {
            assertEquals(0, kernel.listen(holder));
        }
        boolean simulated = kernel.bind(comer, Script.inet(second + "!80"), false) == 0;
        assertEquals(really(first, second, options, listens), simulated);
    }

    private static boolean really(String first, String second, int options, boolean listens) throws IOException {
        try (NetworkChannel holder = listens
                        ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                        : SocketChannel.open(StandardProtocolFamily.INET);
                NetworkChannel comer = SocketChannel.open(StandardProtocolFamily.INET)) {
            set(holder, options);
            set(comer, options >> 2);
            holder.bind(new InetSocketAddress(first, 0));
            int port = ((InetSocketAddress) holder.getLocalAddress()).getPort();
            try {
                comer.bind(new InetSocketAddress(second, port));
                return true;
            } catch (BindException e) {
                return false;
            }
        }
    }

    private static void set(NetworkChannel channel, int options) throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, (options & 1) != 0);
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, (options & 2) != 0);
    }

    private static Sock sock(FakeKernel kernel, int options) {
        Sock sock = kernel.socket(2, 1, 6);
        sock.reuseAddress = (options & 1) != 0;
        sock.reusePort = (options & 2) != 0;
        return sock;
    }
}
