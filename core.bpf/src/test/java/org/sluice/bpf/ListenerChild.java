package org.sluice.bpf;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/** One thread filters itself and makes calls, another one answers them; prints what the first one got. */
final class ListenerChild {

    private static final int O_CLOEXEC = 0x80000;
    private static final int F_GETFD = 1;

    private ListenerChild() {}

    public static void main(String[] args) throws InterruptedException {
        CountDownLatch installed = new CountDownLatch(1);
        AtomicLongArray results = new AtomicLongArray(5);
        int unused = RandomRules.FIRST_UNUSED;
        Thread target = new Thread(() -> {
            FilterProgram program = FilterCompiler.compile(
                    Architecture.host(), List.of(SyscallRule.always(unused, Action.userNotify())), Action.allow());
            SysException.check("no_new_privs", Seccomp.setNoNewPrivileges());
            results.set(0, Seccomp.install(program, Seccomp.FLAG_NEW_LISTENER));
            installed.countDown();
            for (int i = 1; i <= 3; i++) {
                results.set(i, Linux.call(unused, i, -1, 0x1122334455667788L, 4, 5, 6));
            }
            results.set(4, Linux.call(Nr.FCNTL, results.get(3), F_GETFD));
        });
        target.start();
        installed.await();
        try (Listener listener = new Listener((int) SysException.check("seccomp", results.get(0)))) {
            answer(listener, unused);
            target.join();
        }
        boolean right = results.get(1) == 77 && results.get(2) == -Errno.ENOENT && results.get(4) == 1;
        System.out.println(results);
        System.exit(right ? 0 : 1);
    }

    private static void answer(Listener listener, int number) {
        Block notification = Block.allocate(SeccompNotif.SIZE);
        Block response = Block.allocate(SeccompNotifResp.SIZE);
        listener.setSyncWakeUp(true);
        Block addfd = Block.allocate(SeccompNotifAddfd.SIZE)
                .putInt(SeccompNotifAddfd.SOURCE_FD, 1)
                .putInt(SeccompNotifAddfd.NEW_FD_FLAGS, O_CLOEXEC);
        for (int i = 1; i <= 3; i++) {
            SysException.check("receive", listener.receive(notification));
            check("number", number, notification.getInt(SeccompNotif.NUMBER));
            check("architecture", Architecture.host().audit(), notification.getInt(SeccompNotif.ARCH));
            check("argument 0", i, notification.getLong(SeccompNotif.ARGUMENTS));
            check("argument 2", 0x1122334455667788L, notification.getLong(SeccompNotif.ARGUMENTS + 16));
            check("argument 5", 6, notification.getLong(SeccompNotif.ARGUMENTS + 40));
            long id = notification.getLong(SeccompNotif.ID);
            check("valid", 0, listener.valid(notification));
            check("valid by id", 0, listener.valid(id));
            response.zero(0, SeccompNotifResp.SIZE).putLong(SeccompNotifResp.ID, id);
            switch (i) {
                case 1 -> response.putLong(SeccompNotifResp.VALUE, 77);
                case 2 -> response.putInt(SeccompNotifResp.ERROR, -Errno.ENOENT);
                default ->
                    response.putLong(
                            SeccompNotifResp.VALUE,
                            SysException.check("addfd", listener.addFd(addfd.putLong(SeccompNotifAddfd.ID, id))));
            }
            SysException.check("respond", listener.respond(response));
            check("valid after the answer", -Errno.ENOENT, listener.valid(id));
        }
    }

    private static void check(String what, long expected, long actual) {
        if (expected != actual) {
            throw new IllegalStateException(what + " is " + actual + ", not " + expected);
        }
    }
}
