package org.sluice.core.call;

import java.util.Locale;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.OpenHow;
import org.sluice.target.Attempt;
import org.sluice.target.PathWalker;

/** Which argument is what in the calls that open files, and how the kernel takes their flags. */
enum OpenArguments {
    OPEN,
    CREAT,
    OPENAT,
    OPENAT2;

    /** Where in a call's scratch memory its path is copied to, behind all else. */
    static final int PATH_AT = 4096;

    private static final int NOWHERE = -1;

    /** Those of the call of that name. */
    static OpenArguments of(String call) {
        return valueOf(call.toUpperCase(Locale.ROOT));
    }

    private boolean isAt() {
        return this == OPENAT || this == OPENAT2;
    }

    /** The directory at which a relative path begins. */
    int directory(ReceivedCall call) {
        return isAt() ? (int) call.argument(0) : PathWalker.AT_FDCWD;
    }

    /** Where in the target's memory the path is. */
    long path(ReceivedCall call) {
        return call.argument(isAt() ? 1 : 0);
    }

    /**
     * The flags, in memory for openat2(2) alone.
     *
     * @return or the errno that the kernel gives for them, whatever the path is
     */
    Attempt<OpenFlags> flags(ReceivedCall call, Copying from, Block scratch) {
        return this == OPENAT2 ? how(call, from, scratch) : flags(call, isAt() ? 2 : 1, scratch);
    }

    /** Whether the flags make sense is the kernel's to say; it looks at them before the path. */
    private Attempt<OpenFlags> flags(ReceivedCall call, int index, Block scratch) {
        boolean creat = this == CREAT;
        int bits = creat ? OpenFlags.CREAT : (int) call.argument(index);
        OpenFlags flags = OpenFlags.lenient(bits, (int) call.argument(creat ? index : index + 1));
        if (OpenFlags.isAlwaysTaken(bits)) {
            return Attempt.of(flags);
        }
        long empty = scratch.putByte(0, 0).address();
        long said = Linux.call(Nr.OPENAT, NOWHERE, empty, bits, flags.mode(), 0, 0);
        return said == -Errno.ENOENT ? Attempt.of(flags) : Attempt.failed((int) -said);
    }

    private static Attempt<OpenFlags> how(ReceivedCall call, Copying from, Block scratch) {
        long size = call.argument(3);
        if (size < OpenHow.SIZE) {
            return Attempt.failed(size < 0 ? Errno.E2BIG : Errno.EINVAL);
        }
        if (size > PATH_AT) {
            return Attempt.failed(Errno.E2BIG);
        }
        int errno = from.read(call, call.argument(2), scratch, 0, (int) size);
        if (errno != 0) {
            return Attempt.failed(errno);
        }
        long empty = scratch.putByte(PATH_AT, 0).address() + PATH_AT;
        long said = Linux.call(Nr.OPENAT2, NOWHERE, empty, scratch.address(), size, 0, 0);
        return said == -Errno.ENOENT
                ? Attempt.of(new OpenFlags(
                        (int) scratch.getLong(OpenHow.FLAGS),
                        (int) scratch.getLong(OpenHow.MODE),
                        scratch.getLong(OpenHow.RESOLVE)))
                : Attempt.failed((int) -said);
    }
}
