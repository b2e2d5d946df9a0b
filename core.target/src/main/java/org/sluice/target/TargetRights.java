package org.sluice.target;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * What the core does in a target's place it does with no more rights than the target has.
 *
 * <p>Targets that keep no capability are always the supervisor's user. Where that is root, a thread that acts for them
 * gives up its effective capabilities for good; the permitted ones stay, because looking into a process needs them to
 * include its own. Targets that keep some may have become another user, or have laid their capabilities down for a
 * while: the acting thread takes over their user, groups and effective capabilities for each act.
 *
 * <p>One for each sandbox. All of it concerns the calling thread alone, as the kernel's calls do. Thread-safe.
 */
public final class TargetRights {

    private static final Credentials OWN = Credentials.of((int) Linux.call(Nr.GETPID, 0));

    private static final Credentials BARE = OWN.bare();

    private static final ThreadLocal<Acting> ACTING = ThreadLocal.withInitial(Acting::new);

    private final boolean capable;

    /** What a thread has. */
    private static final class Acting {
        int depth;

        /** Whether it has given up its own capabilities. */
        boolean bare;

        /** Whose rights it has taken over, if it has. */
        @Nullable
        Credentials taken;

        void lay() {
            if (!bare) {
                BARE.replace(OWN);
                bare = true;
            }
        }

        void take(Credentials wanted) {
            Credentials before = bare ? BARE : OWN;
            boolean done = false;
            try {
                wanted.replace(before);
                done = true;
            } finally {
                if (!done) {
                    before.replace(wanted);
                }
            }
            bare = false;
            taken = wanted;
        }

        void giveBack(Credentials whose) {
            taken = null;
            OWN.replace(whose);
        }
    }

    /**
     * The rights of one sandbox's targets.
     *
     * @param capable whether its profile lets them keep capabilities
     */
    public TargetRights(boolean capable) {
        this.capable = capable;
    }

    /** Whether each thread has its own, so that a caller asks after {@link #adopt} whether the number still means it. */
    public boolean differ() {
        return capable;
    }

    /**
     * Takes over a thread's rights, unless this thread has taken over some already; {@link #release} is called once for
     * each call that returned.
     *
     * @throws org.sluice.linux.SysException if the kernel refuses; the thread is then as before
     */
    public void adopt(int tid) {
        Acting acting = ACTING.get();
        if (acting.depth == 0) {
            if (capable) {
                acting.take(Credentials.of(tid).within(OWN));
            } else {
                acting.lay();
            }
        }
        acting.depth++;
    }

    /** The end of an act. */
    public void release() {
        Acting acting = ACTING.get();
        Credentials taken = acting.taken;
        if (--acting.depth == 0 && taken != null) {
            acting.giveBack(taken);
        }
    }

    /**
     * Looks into a process in the middle of an act. That takes the supervisor's rights: a thread that acts for another
     * user's process, or for one that has changed its user, may not look into it.
     */
    static int looking(IntSupplier look) {
        Acting acting = ACTING.get();
        Credentials taken = acting.taken;
        if (taken == null) {
            return look.getAsInt();
        }
        OWN.replace(taken);
        try {
            return look.getAsInt();
        } finally {
            taken.replace(OWN);
        }
    }
}
