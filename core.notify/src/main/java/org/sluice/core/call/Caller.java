package org.sluice.core.call;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.notify.Target;
import org.sluice.target.ThreadStatus;

/** A thread that made a call. What costs a look into procfs is looked up when asked for; records alone ask. */
record Caller(int tid) implements Target {

    @Override
    public int pid() {
        int leader = ThreadStatus.leader(tid);
        return leader > 0 ? leader : tid;
    }

    @Override
    public String command() {
        try {
            return Files.readString(Path.of("/proc", Integer.toString(tid), "comm"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException e) {
            // The thread has ended: its name has gone with it.
            return "?";
        }
    }
}
