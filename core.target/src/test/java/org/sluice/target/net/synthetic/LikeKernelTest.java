package org.sluice.target.net.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.target.Attempt;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.Topology;

/** The same bytes to a routing socket of the kernel, in a namespace of the same interfaces, and to a synthetic one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LikeKernelTest {

    private static final int CAP_ACK = 10;
    private static final int EXT_ACK = 11;
    private static final int STRICT = 12;

    private static final int SEEDED = 3000;

    static final Topology TOPOLOGY = Topology.of(List.of(
            Map.of(
                    "name",
                    "eth0",
                    "mac",
                    "02:00:00:00:00:05",
                    "mtu",
                    1400L,
                    "addresses",
                    List.of("10.1.2.3/24", "fd00::5/64", "169.254.3.4/16 scope link", "10.1.2.9/24"),
                    "routes",
                    List.of("10.9.0.0/16 via 10.1.2.1", "fd99::/48 via fd00::1"),
                    "gateway",
                    "10.1.2.1"),
            "wlan0=192.0.2.7/24",
            Map.of("name", "eth9", "up", false, "mac", "02:00:00:00:00:09", "addresses", List.of("10.8.8.8/31"))));

    private final SyntheticNetwork synthetic = new SyntheticNetwork("test");
    private NetworkNamespace kernel;

    @BeforeAll
    void furnish() {
        Attempt<NetworkNamespace> made = NetworkNamespace.make();
        Assumptions.assumeTrue(made.succeeded(), () -> "no network namespaces here: errno " + made.errno());
        kernel = made.get();
        kernel.furnish(TOPOLOGY);
        synthetic.furnish(TOPOLOGY);
    }

    @AfterAll
    void close() {
        synthetic.close();
        if (kernel != null) {
            kernel.close();
        }
    }

    /** Everything that programs ask, as they ask it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void answersAsTheKernelDoes(int mode) {
        try (Asker real = real();
                Asker ours = ours()) {
            prepare(real, mode);
            prepare(ours, mode);
            for (byte[] request : Requests.all()) {
                compare(real, ours, request, "mode " + mode);
            }
        }
    }

    /** The same requests with bits, lengths and attributes changed, cut and repeated. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void answersNonsenseAsTheKernelDoes(int mode) {
        long seed = 4711L + mode;
        Random random = new Random(seed);
        List<byte[]> all = Requests.all();
        try (Asker real = real();
                Asker ours = ours()) {
            prepare(real, mode);
            prepare(ours, mode);
            for (int i = 0; i < SEEDED; i++) {
                byte[] request = Mutations.of(all.get(random.nextInt(all.size())), random);
                if (Mutations.isComparable(request)) {
                    compare(real, ours, request, "seed " + seed + ", request " + i);
                }
            }
        }
    }

    private static void compare(Asker real, Asker ours, byte[] request, String what) {
        List<String> expected = real.ask(request);
        List<String> told = ours.ask(request);
        if (!expected.equals(told)) {
            assertEquals(
                    String.join("\n", expected),
                    String.join("\n", told),
                    () -> what + ": " + HexFormat.of().formatHex(request));
            fail("two lists with the same text");
        }
    }

    private static void prepare(Asker asker, int mode) {
        if ((mode & 1) != 0) {
            asker.set(EXT_ACK, 1);
        }
        if ((mode & 2) != 0) {
            asker.set(STRICT, 1);
            asker.set(CAP_ACK, 1);
        }
    }

    private Asker real() {
        return Asker.of(kernel);
    }

    private Asker ours() {
        return Asker.of(synthetic);
    }
}
