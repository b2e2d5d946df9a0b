package org.sluice.core.call;

import java.util.function.Supplier;
import org.sluice.linux.Errno;
import org.sluice.notify.Bytes;
import org.sluice.target.Attempt;
import org.sluice.target.FileCalls;
import org.sluice.target.PinnedPath;
import org.sluice.target.TargetRights;

/**
 * Reads files in the place of the thread that made a call.
 *
 * @param call whose thread it is
 * @param rights with which is read
 * @param files reads
 */
record TargetContents(ReceivedCall call, TargetRights rights, FileCalls files) implements OpenRequest.Contents {

    @Override
    public Attempt<Bytes> read(PinnedPath file, int most) {
        return as(() -> files.read(file, most));
    }

    @Override
    public Attempt<Bytes> readBeside(PinnedPath file, String ending, int most) {
        return as(() -> files.readBeside(file, ending, most));
    }

    private Attempt<Bytes> as(Supplier<Attempt<Bytes>> reading) {
        rights.adopt(call.tid());
        try {
            // What was taken over may be another thread's, if this one has ended.
            return rights.differ() && !call.waits() ? Attempt.failed(Errno.ESRCH) : reading.get();
        } finally {
            rights.release();
        }
    }
}
