package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.linux.Child;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.SyscallTable;

class DenyListTest {

    private static final DenyList LIST = DenyList.of(Architecture.X86_64, 7);

    /** A number, a constant, or constants joined by a bar, or with a tilde for its complement. */
    private static long value(String text) {
        if (text.startsWith("~")) {
            return ~value(text.substring(1));
        }
        return Stream.of(text.split("\\|"))
                .mapToLong(part -> part.matches("[-0-9].*")
                        ? Long.decode(part)
                        : KernelConstants.of("x86_64").get(part))
                .reduce(0, (a, b) -> a | b);
    }

    private static String answer(DenyList list, String call, String... arguments) {
        long[] registers = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            registers[i] = value(arguments[i]);
        }
        return list.find(SyscallTable.of("x86_64").number(call), registers)
                .map(entry -> entry.judgement()
                        + (entry.judgement() == Judgement.FILTER
                                ? " " + org.sluice.linux.Errno.name(entry.errno())
                                : ""))
                .orElse("-");
    }

    @ParameterizedTest
    @CsvSource({
        "ptrace 0, REFUSE",
        "clone3 0, FILTER ENOSYS",
        "io_uring_setup 0, FILTER ENOSYS",
        "landlock_create_ruleset 0, FILTER EOPNOTSUPP",
        "clone CLONE_VM|CLONE_VFORK|17, -",
        "clone CLONE_NEWUSER|17, REFUSE",
        "clone CLONE_NEWNET|17, REFUSE",
        "clone 128|17, -",
        "clone CLONE_THREAD|CLONE_VM|CLONE_SIGHAND|CLONE_FILES|CLONE_FS, -",
        "clone CLONE_THREAD|CLONE_VM|CLONE_SIGHAND|CLONE_FS, REFUSE",
        "clone CLONE_THREAD|CLONE_VM|CLONE_SIGHAND|CLONE_FILES, REFUSE",
        "unshare CLONE_NEWTIME, REFUSE",
        "unshare CLONE_FILES, REFUSE",
        "unshare CLONE_FS, -",
        "personality 0xffffffff, -",
        "personality ADDR_NO_RANDOMIZE, -",
        "personality 0, -",
        "personality 0x0400000, REFUSE",
        "prctl PR_SET_DUMPABLE 0, PRETEND",
        "prctl PR_SET_DUMPABLE 1, -",
        "prctl PR_SET_PDEATHSIG 9, FIRST_PROCESS",
        "prctl PR_SET_CHILD_SUBREAPER 1, REFUSE",
        "prctl PR_SET_NAME 1, -",
        "prlimit64 0 7 1, -",
        "prlimit64 17 7 0, -",
        "prlimit64 17 7 1, FOREIGN_PID",
        "sched_setaffinity 17, FOREIGN_PID",
        "sched_setaffinity 0, -",
        "setpriority PRIO_PROCESS 0, -",
        "setpriority PRIO_PROCESS 17, FOREIGN_PID",
        "setpriority PRIO_PGRP 0, REFUSE",
        "setpriority PRIO_USER 0, REFUSE",
        "ioprio_set 1 17, FOREIGN_PID",
        "ioprio_set 3 0, REFUSE",
        "ioctl 0 TIOCSTI, REFUSE",
        "ioctl 0 0x700005412, REFUSE",
        "ioctl 0 TIOCGWINSZ, -",
        "sendto 3 0 0 MSG_FASTOPEN, -",
        "sendto 3 0 0 MSG_NOSIGNAL, -",
        "sendmsg 3 0 MSG_FASTOPEN, -",
        "setsockopt 3 IPPROTO_TCP TCP_FASTOPEN_CONNECT, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_TCP TCP_NODELAY, -",
        "setsockopt 3 SOL_SOCKET TCP_FASTOPEN_CONNECT, -",
        "setsockopt 3 IPPROTO_IP IP_OPTIONS, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_IP IP_TOS, -",
        "setsockopt 3 IPPROTO_IPV6 IPV6_RTHDR, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_IPV6 IPV6_2292PKTOPTIONS, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_IPV6 IPV6_V6ONLY, -",
        "setsockopt 3 IPPROTO_IPV6 IPV6_FLOWLABEL_MGR 1 32, -",
        "setsockopt 3 IPPROTO_IPV6 IPV6_FLOWLABEL_MGR 1 31, -",
        "setsockopt 3 IPPROTO_IPV6 IPV6_FLOWLABEL_MGR 1 33, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_IPV6 IPV6_FLOWLABEL_MGR 1 64, FILTER ENOPROTOOPT",
        "setsockopt 3 IPPROTO_IPV6 IPV6_FLOWLABEL_MGR 1 72, FILTER ENOPROTOOPT",
        "socket AF_UNIX SOCK_STREAM 0, -",
        "socket AF_INET SOCK_STREAM|SOCK_CLOEXEC IPPROTO_MPTCP, -",
        "socket AF_INET6 SOCK_DGRAM IPPROTO_UDP, -",
        "socket AF_INET SOCK_DGRAM IPPROTO_ICMP, FILTER EPROTONOSUPPORT",
        "socket AF_INET SOCK_RAW IPPROTO_TCP, FILTER EPROTONOSUPPORT",
        "socket AF_INET SOCK_RAW|SOCK_CLOEXEC 0, FILTER EPROTONOSUPPORT",
        "socket AF_VSOCK SOCK_STREAM 0, FILTER EAFNOSUPPORT",
        "socket AF_PACKET SOCK_RAW 0, FILTER EAFNOSUPPORT",
        "socket AF_NETLINK SOCK_RAW NETLINK_ROUTE, -",
        "socket AF_NETLINK SOCK_RAW 4, FILTER EAFNOSUPPORT",
        "socketpair AF_UNIX SOCK_DGRAM 0, -",
        "socketpair AF_TIPC SOCK_DGRAM 0, FILTER EAFNOSUPPORT",
        "kill 17 9, -",
        "read 0, -",
    })
    void judges(String call, String expected) {
        String[] words = call.split(" ");
        assertEquals(expected, answer(LIST, words[0], Stream.of(words).skip(1).toArray(String[]::new)));
    }

    @Test
    void signalsAreJudgedWhereLandlockDoesNotScopeThem() {
        DenyList old = DenyList.of(Architecture.X86_64, 5);

        assertEquals("FOREIGN_PID", answer(old, "kill", "17", "9"));
        assertEquals("FOREIGN_PIDFD", answer(old, "pidfd_send_signal", "3", "9"));
        assertEquals("FOREIGN_PID", answer(old, "fcntl", "3", "F_SETOWN", "17"));
        assertEquals("REFUSE", answer(old, "fcntl", "3", "F_SETOWN_EX", "17"));
        assertEquals("-", answer(old, "fcntl", "3", "F_GETFD"));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void filterSaysWhatTheListSays(Architecture architecture) {
        DenyList list = DenyList.of(architecture, 5);
        List<Instruction> program = FilterCompiler.compile(architecture, list.rules(), Action.allow())
                .instructions();
        RandomRules random = new RandomRules(1, 1);
        for (DeniedCall entry : list.entries()) {
            for (int i = 0; i < 200; i++) {
                long[] arguments = random.argumentsNear(entry.tests());
                int expected = list.find(entry.number(), arguments)
                        .map(found -> found.rule().action())
                        .orElse(Action.allow())
                        .value();
                assertEquals(
                        expected,
                        Interpreter.run(program, architecture.audit(), entry.number(), arguments),
                        entry.toString());
            }
        }
        assertTrue(program.size() < 400, "length " + program.size());
    }

    @Test
    void everyEntryCanBeExplainedAndLifted() {
        LIST.entries().forEach(entry -> assertTrue(LIST.reason(entry.number()).contains(entry.reason())));
        assertEquals("", LIST.reason(SyscallTable.of("x86_64").number("read")));
        DenyList lifted = LIST.without(entry -> entry.name().equals("landlock_create_ruleset"));
        assertEquals("-", answer(lifted, "landlock_create_ruleset", "0"));
        assertEquals("REFUSE", answer(lifted, "ptrace", "0"));
    }

    @Test
    void kernelAnswersAsTheListSays() throws Exception {
        Child.Result result = Child.run(DenyListChild.class);

        assertEquals(0, result.status(), result.output());
    }
}
