package org.sluice.target;

import org.sluice.bpf.Listener;
import org.sluice.bpf.Seccomp;
import org.sluice.bpf.SeccompNotifAddfd;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Nr;
import org.sluice.linux.Statx;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Gives descriptors to calls that wait (SECCOMP_IOCTL_NOTIF_ADDFD of seccomp_unotify(2)).
 *
 * <p>The target takes the descriptor itself, so it is woken, and the supervisor in turn, and these wake-ups are never
 * synchronous: the scheduler moves the target to an idle processor, and each of the two waits until a processor has left its
 * idle state. On a virtual machine that takes longer than all the rest of an open. So where {@link Holding} finds it
 * quicker, the target is held on the supervisor's processor while it takes the descriptor.
 *
 * <p>That nobody sees it: only the sole thread of a process is held, which waits here and so can neither ask for its
 * processors nor start a thread that asks, and only where nobody has chosen them, so that what is put back is what was.
 *
 * <p>For one thread.
 */
public final class Handover {

    /** A directory has two, and this one has one more for each thread (proc_task_getattr of fs/proc/base.c). */
    private static final int LINKS_OF_ONE_THREAD = 3;

    private final Block addfd = Block.allocate(SeccompNotifAddfd.SIZE);

    private final Block mask = Block.allocate(Processors.MASK_SIZE);
    private final Block all = Block.allocate(Processors.MASK_SIZE);
    private final Block processor = Block.allocate(8);
    private final Block threads = Block.allocate(Statx.SIZE);

    private final Steps look = new Steps(4);
    private final Steps.Step count =
            look.call(Nr.STATX, PathSteps.AT_FDCWD, 0, 0, Statx.MASK_LINKS, look.keep(threads));
    private final Steps.Step ask = look.call(Nr.SCHED_GETAFFINITY, 0, Processors.MASK_SIZE, look.keep(mask));

    private final Steps steps = new Steps(4);
    private final Steps.Step hold = steps.call(Nr.SCHED_SETAFFINITY, 0, Processors.MASK_SIZE, steps.keep(mask));
    private final Steps.Step give = steps.call(Nr.IOCTL, 0, Seccomp.IOCTL_ADDFD, steps.keep(addfd));
    private final Steps.Step letGo = steps.call(Nr.SCHED_SETAFFINITY, 0, Processors.MASK_SIZE, steps.keep(all));

    /** Makes ready what a thread needs. */
    public Handover() {
        Steps.Step where = look.call(Nr.GETCPU, look.keep(processor), 0, 0);
        Steps.Step seen = look.end();
        count.onError(seen);
        ask.onError(seen);
        where.onError(seen);
        hold.onError(steps.end());
        // Also what this process may use one day: the kernel takes of it what there is.
        for (int i = 0; i < Processors.MASK_SIZE; i++) {
            all.putByte(i, 0xff);
        }
    }

    /**
     * Gives a descriptor, at the lowest free number.
     *
     * @param tid the thread that waits
     * @param id of the notification
     * @param source the supervisor's descriptor, which stays open here
     * @param newFdFlags O_CLOEXEC or 0
     * @return the number in the target, or a negative errno, such as -ENOENT if it is gone and -EMFILE if its table is full
     */
    public long give(Listener listener, Holding holding, int tid, long id, int source, int newFdFlags) {
        addfd.putLong(SeccompNotifAddfd.ID, id)
                .putInt(SeccompNotifAddfd.SOURCE_FD, source)
                .putInt(SeccompNotifAddfd.NEW_FD_FLAGS, newFdFlags);
        boolean tries = holding.isWorthTrying();
        long start = System.nanoTime();
        long number = tries ? giveHolding(listener, tid) : listener.addFd(addfd);
        while (number == -Errno.EINTR) {
            // A signal to this thread concerns something else, and the kernel has taken the request back.
            number = listener.addFd(addfd);
        }
        holding.took(tries, System.nanoTime() - start);
        return number;
    }

    private long giveHolding(Listener listener, int tid) {
        if (!mayBeHeld(tid)) {
            return listener.addFd(addfd);
        }
        int mine = processor.getInt(0);
        mask.zero(0, Processors.MASK_SIZE).putByte(mine / 8, 1 << (mine % 8));
        hold.give(0, tid);
        give.give(0, listener.fd());
        letGo.give(0, tid);
        Stub.run(steps);
        return hold.result() < 0 ? listener.addFd(addfd) : give.result();
    }

    private boolean mayBeHeld(int tid) {
        count.give(1, Scratch.get().proc(tid, "task"));
        ask.give(0, tid);
        Stub.run(look);
        return count.result() == 0
                && threads.getInt(Statx.LINKS) == LINKS_OF_ONE_THREAD
                && ask.result() == Processors.maskLength()
                && Processors.equal(mask);
    }
}
