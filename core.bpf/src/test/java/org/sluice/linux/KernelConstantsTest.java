package org.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelConstantsTest {

    private static final List<String> KERNEL = List.of(
            "linux/fcntl.h",
            "linux/sched.h",
            "linux/prctl.h",
            "linux/netlink.h",
            "linux/sockios.h",
            "asm/ioctls.h",
            "asm/socket.h",
            "linux/in.h",
            "linux/openat2.h");
    private static final List<String> LIBRARY =
            List.of("stdio.h", "sys/socket.h", "netinet/in.h", "netinet/tcp.h", "signal.h", "errno.h");

    @Test
    void valuesAreThoseOfTheHeaders(@TempDir Path folder) throws Exception {
        KernelConstants constants = KernelConstants.host();
        Map<String, Long> compiled = new TreeMap<>();
        C.defined(folder, LIBRARY, constants.names()).forEach(compiled::put);
        C.defined(folder, KERNEL, constants.names()).forEach(compiled::put);

        assertTrue(compiled.size() > 600, "only " + compiled.size() + " constants were compared");
        compiled.forEach((name, value) -> assertEquals(constants.get(name), value, name));
    }

    @Test
    void errnosAreThoseOfTheHeaders(@TempDir Path folder) throws Exception {
        Map<String, Long> compiled =
                C.defined(folder, List.of("stdio.h", "errno.h"), List.of("EPERM", "EHWPOISON", "ENOTSUP", "EDEADLOCK"));

        assertEquals(Errno.EHWPOISON, compiled.get("EHWPOISON"));
        assertEquals(Errno.EPERM, compiled.get("EPERM"));
        assertEquals(Errno.EOPNOTSUPP, compiled.get("ENOTSUP"));
        assertEquals(Errno.EDEADLK, compiled.get("EDEADLOCK"));
    }

    @Test
    void findsByName() {
        assertEquals(OptionalLong.of(16), KernelConstants.value("AF_NETLINK"));
        assertEquals(OptionalLong.empty(), KernelConstants.value("AF_NETLNK"));
        assertEquals("AF_NETLINK", KernelConstants.nearest("AF_NETLNK"));
        assertEquals(16384, KernelConstants.of("aarch64").get("O_DIRECTORY"));
        assertEquals(65536, KernelConstants.of("x86_64").get("O_DIRECTORY"));
    }

    @Test
    void describesErrnos() {
        assertEquals("EACCES (Permission denied)", Errno.describe(13));
        assertEquals("EACCES", Errno.name(13));
        assertEquals("errno 999", Errno.describe(999));
        assertEquals(13, Errno.number("EACCES").orElseThrow());
    }
}
