package org.sluice.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyscallTableTest {

    private static final Pattern DEFINITION = Pattern.compile("^#define __NR_(\\w+)\\s+(\\d+)\\s*$", Pattern.MULTILINE);

    @Test
    void x86NumbersAreThoseOfTheHeaders() throws Exception {
        Path header = Stream.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of("/nowhere"));
        assumeTrue(Files.exists(header), "asm/unistd_64.h is not installed");
        Map<String, Integer> expected = definitions(header);

        assertTrue(expected.size() > 300, "found " + expected.size());
        expected.forEach(
                (name, number) -> assertEquals(number, SyscallTable.of("x86_64").number(name), name));
    }

    @Test
    void aarch64NumbersAreThoseOfTheGenericHeader(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/include/asm-generic/unistd.h")), "asm-generic/unistd.h is not installed");
        // As arch/arm64/include/uapi/asm/unistd.h includes it, and without the host's own numbers.
        Path header = Files.writeString(
                folder.resolve("arm.h"),
                """
                #define _ASM_X86_UNISTD_H
                #include <asm/bitsperlong.h>
                #define __ARCH_WANT_RENAMEAT
                #define __ARCH_WANT_NEW_STAT
                #define __ARCH_WANT_SET_GET_RLIMIT
                #define __ARCH_WANT_TIME32_SYSCALLS
                #define __ARCH_WANT_SYS_CLONE3
                #define __ARCH_WANT_MEMFD_SECRET
                #include <asm-generic/unistd.h>
                """);
        SyscallTable table = SyscallTable.of("aarch64");
        List<String> macros = table.names().stream().map(name -> "__NR_" + name).toList();

        Map<String, Long> compiled = C.defined(folder, List.of(header.toString()), macros);

        assertTrue(compiled.size() > 280, "found " + compiled.size());
        compiled.forEach((macro, number) -> assertEquals(number, table.number(macro.substring(5)), macro));
    }

    @Test
    void argumentsAreTheKernels() {
        SyscallTable table = SyscallTable.of("x86_64");

        assertEquals(
                List.of(
                        new Argument("fd", 32, false),
                        new Argument("umyaddr", 64, true),
                        new Argument("addrlen", 32, false)),
                table.arguments("bind"));
        assertEquals("fd buff len flags addr addr_len", names(table, "sendto"));
        assertEquals("clone_flags newsp parent_tidptr child_tidptr tls", names(table, "clone"));
        assertEquals("clone_flags newsp parent_tidptr tls child_tidptr", names(SyscallTable.of("aarch64"), "clone"));
        assertEquals("pid resource new_rlim old_rlim", names(table, "prlimit64"));
        assertEquals(64, table.arguments("ioctl").get(2).bits());
        assertEquals(32, table.arguments("ioctl").get(1).bits());
        assertEquals(List.of(), table.arguments("getppid"));
        assertEquals(List.of(), table.arguments(1_000_000));
    }

    @Test
    void argumentsAreThoseOfTheRunningKernel() throws Exception {
        Path formats = Path.of("/sys/kernel/tracing/events/syscalls");
        assumeTrue(Files.isReadable(formats), "tracefs is not mounted or not readable");
        SyscallTable table = SyscallTable.host();
        for (String name : List.of("bind", "connect", "sendto", "openat", "ioctl", "prlimit64", "setsockopt")) {
            String text = Files.readString(formats.resolve("sys_enter_" + name).resolve("format"));
            String fields = Pattern.compile("field:.*?(\\w+);\toffset:(\\d+);")
                    .matcher(text)
                    .results()
                    .filter(field -> Integer.parseInt(field.group(2)) >= 16)
                    .map(field -> field.group(1))
                    .collect(Collectors.joining(" "));
            assertEquals(fields, names(table, name), name);
        }
    }

    @Test
    void kernelKnowsTheNewerNumbers() {
        // With arguments that no call takes, every call that exists fails in another way than with ENOSYS.
        long statmount = Linux.call(SyscallTable.host().number("statmount"), 0, 0, 0, 0, -1, -1);
        assumeTrue(statmount != -Errno.ENOSYS, "this kernel is older than 6.8");

        assertEquals(-Errno.EFAULT, statmount);
        assertEquals(-Errno.EINVAL, Linux.call(SyscallTable.host().number("cachestat") + 1, -1, 0, 0, -1, 0, 0));
    }

    @Test
    void namesTheNearestCall() {
        SyscallTable table = SyscallTable.host();

        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> table.number("conect"));

        assertEquals("no system call is named conect; the nearest name is connect", e.getMessage());
        assertTrue(table.has("connect"));
        assertFalse(table.has("conect"));
        assertEquals("#99999", table.name(99999));
        assertEquals("bind", table.name(table.number("bind")));
    }

    private static String names(SyscallTable table, String call) {
        return table.arguments(call).stream().map(Argument::name).collect(Collectors.joining(" "));
    }

    private static Map<String, Integer> definitions(Path header) throws java.io.IOException {
        Map<String, Integer> found = new TreeMap<>();
        Matcher matcher = DEFINITION.matcher(Files.readString(header));
        while (matcher.find()) {
            found.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
        }
        return found;
    }
}
