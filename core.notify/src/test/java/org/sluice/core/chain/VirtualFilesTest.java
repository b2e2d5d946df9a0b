package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.NAMES;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.trap.Trap;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.SandboxContext;
import org.sluice.notify.Settings;
import org.sluice.notify.Socket;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Target;
import org.sluice.notify.Verdict;
import org.sluice.notify.VirtualFiles;

/** What a handler that contributes files entails, and when it is asked for their content. */
class VirtualFilesTest {

    private static final Verdict SERVED = Verdict.value(8);
    private static final int OPENAT = NAMES.number("openat").orElseThrow();

    private final Fixture fixture = new Fixture(Fixture.brief());
    private final List<String> served = new ArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Contributes files and never answers a call itself. */
    private record Contributor(Set<String> files, Function<String, Optional<Bytes>> contents)
            implements SyscallHandler, VirtualFiles {
        @Override
        public Verdict handle(Call call, Chain chain) {
            throw new AssertionError("nobody trapped " + call.name());
        }

        @Override
        public Set<String> paths(Settings settings) {
            return files;
        }

        @Override
        public Optional<Bytes> content(SandboxContext sandbox, Target target, String path) {
            return contents.apply(path);
        }
    }

    /** An openat(2) that leads to a place. */
    private record Open(String place) implements Notification {
        @Override
        public long id() {
            return 1;
        }

        @Override
        public int number() {
            return OPENAT;
        }

        @Override
        public String name() {
            return "openat";
        }

        @Override
        public long argument(int index) {
            return 0;
        }

        @Override
        public Target target() {
            return new Fixture.Bind(new Address.UnixUnnamed()).target();
        }

        @Override
        public Optional<Socket> socket() {
            return Optional.empty();
        }

        @Override
        public Optional<Address> address() {
            return Optional.empty();
        }

        @Override
        public Optional<String> virtualName(boolean anywhere) {
            return anywhere || place.startsWith("/proc/") ? Optional.of(place) : Optional.empty();
        }

        @Override
        public Optional<Address> canonical(Address address) {
            return Optional.empty();
        }

        @Override
        public int unresolved(Address address) {
            return 0;
        }
    }

    private SandboxChain contribute(Stage stage, Set<String> files, Function<String, Optional<Bytes>> contents) {
        fixture.add("files", stage, new Contributor(files, contents));
        fixture.server = content -> {
            served.add(content.decode());
            return SERVED;
        };
        return fixture.open();
    }

    private static Verdict open(SandboxChain chain, String place) {
        Fixture.Answer answer = new Fixture.Answer();
        chain.dispatch(new Open(place), answer);
        return answer.await();
    }

    private static List<String> trapped(SandboxChain chain) {
        return chain.trapSet().traps().stream().map(Trap::syscall).sorted().toList();
    }

    @Test
    void opensAreTrappedForThemAndTheOwnTrapsToo() {
        SandboxChain chain = contribute(Stage.ANSWER, Set.of("/proc/loadavg"), path -> Optional.empty());
        assertEquals(List.of("bind", "creat", "open", "openat", "openat2"), trapped(chain));
        assertTrue(chain.statuses().get(0).traps().contains("openat"));
    }

    @Test
    void onlyTheContentOfWhatIsOpenedIsAskedFor() {
        SandboxChain chain = contribute(
                Stage.TRANSLATE,
                Set.of("/proc/loadavg", "/proc/self/net/", "/etc/hosts"),
                path -> path.endsWith("route") ? Optional.empty() : Optional.of(Bytes.utf8(path)));
        for (String place : List.of("/proc/loadavg", "/proc/self/net", "/proc/self/net/dev", "/etc/hosts")) {
            assertSame(SERVED, open(chain, place), place);
        }
        assertEquals(List.of("/proc/loadavg", "/proc/self/net", "/proc/self/net/dev", "/etc/hosts"), served);
        for (String place : List.of("/proc/self/net/route", "/proc/self/network", "/proc/loadavg2", "/etc/passwd")) {
            assertSame(DONE, open(chain, place), place);
        }
        assertEquals(4, served.size());
    }

    @Test
    void aFailureRefusesTheOpenAlone() {
        SandboxChain chain = contribute(Stage.ANSWER, Set.of("/proc/loadavg"), path -> {
            throw new IllegalStateException("no content");
        });
        assertEquals(Errno.EPERM, open(chain, "/proc/loadavg").errno());
        assertSame(DONE, open(chain, "/proc/meminfo"));
        assertEquals(1, chain.metrics("files").failures());
    }

    @Test
    void withoutVirtualFilesNothingIsTrappedForThem() {
        fixture.virtualFiles = false;
        SandboxChain chain = contribute(Stage.ANSWER, Set.of("/proc/loadavg"), path -> Optional.empty());
        assertEquals(List.of("bind"), trapped(chain));
    }

    @Test
    void whoOnlyDecidesContributesNothing() {
        SandboxChain chain = contribute(Stage.DECIDE, Set.of("/proc/loadavg"), path -> Optional.empty());
        assertEquals(List.of("files"), chain.missing());
        assertTrue(chain.statuses().toString().contains("make it one of ANSWER"), chain.statuses()::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/hosts", "/etc//hosts", "/etc/./hosts", "/etc/..", ""})
    void aPathIsCanonical(String path) {
        SandboxChain chain = contribute(Stage.ANSWER, Set.of(path), any -> Optional.empty());
        assertEquals(List.of("files"), chain.missing());
        assertTrue(chain.statuses().toString().contains("has no canonical path"), chain.statuses()::toString);
    }
}
