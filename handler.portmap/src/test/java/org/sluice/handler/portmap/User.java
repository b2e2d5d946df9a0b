package org.sluice.handler.portmap;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.sluice.linux.Linux;
import org.sluice.linux.SysException;
import org.sluice.linux.SyscallTable;

/** Runs a part of a test as another user: credentials belong to a thread (setresuid(2), "C library/kernel differences"). */
final class User {

    private static final int NOBODY = 65534;
    private static final int SETRESUID = SyscallTable.host().number("setresuid");
    private static final int GETEUID = SyscallTable.host().number("geteuid");

    private User() {}

    /** The user of this process, and an ordinary one if this one may become it. */
    static List<Integer> testable() {
        int own = (int) Linux.call(GETEUID, 0);
        return own == 0 ? List.of(0, NOBODY) : List.of(own);
    }

    interface Part {
        void run() throws Exception;
    }

    /** Runs {@code part} on a thread of that user, with no capabilities unless it is root. */
    static void run(int user, Part part) throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            SysException.check("setresuid", Linux.call(SETRESUID, user, user, user));
            part.run();
            return true;
        });
        Thread thread = new Thread(task, "user-" + user);
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        }
    }
}
