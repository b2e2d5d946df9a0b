package org.sluice.target;

import java.nio.charset.StandardCharsets;
import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * What {@code /proc/TID/status} says about a thread (proc_pid_status(5)). A snapshot; costs some ten microseconds, so
 * only for what nothing else tells: the umask, pending signals, and the leader on kernels without a cheaper way.
 *
 * @param leader the id of the thread's process, 0 if the thread is gone
 * @param umask the file mode creation mask
 * @param threads how many threads its process has
 * @param pending the signals waiting for this thread, bit n-1 for signal n
 * @param shared those waiting for any thread of the process
 * @param blocked those that this thread blocks
 * @param capabilities its effective capabilities (capabilities(7)), bit n for capability n
 */
public record ThreadStatus(
        int leader, int umask, int threads, long pending, long shared, long blocked, long capabilities) {

    private static final int SIGKILL = 9;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 0x80000;
    private static final ThreadStatus GONE = new ThreadStatus(0, 0, 0, 0, 0, 0, 0);

    /** Reads it now. */
    public static ThreadStatus read(int tid) {
        String text = text(tid);
        return text.isEmpty() ? GONE : parse(text);
    }

    /** The id of a thread's process, 0 if the thread is gone. Costs much less than all of it where the two are the same. */
    public static int leader(int tid) {
        // Without flags only the first thread of a process has a pidfd.
        long pidfd = Linux.call(Nr.PIDFD_OPEN, tid, 0);
        if (pidfd < 0) {
            return read(tid).leader();
        }
        Linux.close((int) pidfd);
        return tid;
    }

    /** The whole text, empty if the thread is gone. */
    static String text(int tid) {
        Scratch scratch = Scratch.get();
        long fd = Linux.call(Nr.OPENAT, AT_FDCWD, scratch.proc(tid, "status"), O_CLOEXEC);
        if (fd < 0) {
            return "";
        }
        Block page = scratch.page;
        StringBuilder text = new StringBuilder();
        long length = page.size();
        // One read, unless the thread is in very many groups.
        while (length == page.size()) {
            length = Linux.call(Nr.READ, fd, page.address(), page.size());
            text.append(new String(page.get(0, (int) Math.max(0, length)), StandardCharsets.ISO_8859_1));
        }
        Linux.close((int) fd);
        return length < 0 ? "" : text.toString();
    }

    static ThreadStatus parse(String text) {
        return new ThreadStatus(
                (int) number(text, "\nTgid:", 10),
                (int) number(text, "\nUmask:", 8),
                (int) number(text, "\nThreads:", 10),
                number(text, "\nSigPnd:", 16),
                number(text, "\nShdPnd:", 16),
                number(text, "\nSigBlk:", 16),
                number(text, "\nCapEff:", 16));
    }

    /** Whether a signal waits that would interrupt the call that the thread is in. */
    public boolean interrupted() {
        return ((pending | shared) & ~blocked) != 0;
    }

    /** The same for the signals of {@code mask}, bit n-1 for signal n. */
    boolean interruptedBy(long mask) {
        return ((pending | shared) & ~blocked & mask) != 0;
    }

    /** Whether the thread is about to end: SIGKILL waits for it, also as what a process's end is made of. */
    public boolean killed() {
        return leader == 0 || ((pending | shared) & 1L << (SIGKILL - 1)) != 0;
    }

    /**
     * Whether a waiting signal is certain to reach this very thread, so that ERESTARTSYS may be answered: one that is
     * shared may be taken by another thread.
     */
    public boolean surelyInterrupted() {
        return surelyInterruptedBy(Interruption.ANY);
    }

    /** The same for the signals of {@code mask}. */
    boolean surelyInterruptedBy(long mask) {
        return (pending & ~blocked & mask) != 0 || (threads == 1 && interruptedBy(mask));
    }

    static long number(String text, String key, int radix) {
        String field = field(text, key);
        return field.isEmpty() ? 0 : Long.parseUnsignedLong(field, radix);
    }

    /**
     * What stands behind a key, without the blanks around it; empty if there is no such key. A name cannot stand for a key:
     * the kernel writes line breaks in it as \n in two characters.
     */
    static String field(String text, String key) {
        int at = text.indexOf(key);
        if (at < 0) {
            return "";
        }
        int from = at + key.length();
        int end = text.indexOf('\n', from);
        return text.substring(from, end < 0 ? text.length() : end).trim();
    }
}
