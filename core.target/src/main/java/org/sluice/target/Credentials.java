package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.SysException;

/**
 * Who a thread is when the kernel asks what it may do (credentials(7)).
 *
 * @param uid its effective user
 * @param gid its effective group
 * @param groups its supplementary groups, in the kernel's order and form
 * @param effective its effective capabilities, bit n for capability n
 * @param permitted those that it can make effective
 */
record Credentials(int uid, int gid, String groups, long effective, long permitted) {

    private static final int VERSION_3 = 0x20080522;

    /** Those of a thread now; of one that is gone nobody's, with which nothing can be done. */
    static Credentials of(int tid) {
        return parse(ThreadStatus.text(tid));
    }

    static Credentials parse(String status) {
        return new Credentials(
                id(status, "\nUid:"),
                id(status, "\nGid:"),
                ThreadStatus.field(status, "\nGroups:"),
                ThreadStatus.number(status, "\nCapEff:", 16),
                ThreadStatus.number(status, "\nCapPrm:", 16));
    }

    /** The second of four numbers: real, effective, saved, file system. */
    private static int id(String status, String key) {
        String[] ids = ThreadStatus.field(status, key).split("\\s+", -1);
        return ids.length < 2 ? -1 : Integer.parseUnsignedInt(ids[1]);
    }

    /** Without any capability. */
    Credentials bare() {
        return new Credentials(uid, gid, groups, 0, permitted);
    }

    /** The same thread as far as {@code other} can become it: what is not permitted there stays out. */
    Credentials within(Credentials other) {
        return new Credentials(uid, gid, groups, effective & other.permitted, other.permitted);
    }

    /**
     * Makes them the calling thread's, from {@code before}. Real and saved ids stay, so that the way back is open.
     *
     * @throws SysException if the kernel refuses; the thread is then between the two
     */
    void replace(Credentials before) {
        if (uid != before.uid || gid != before.gid || !groups.equals(before.groups)) {
            // Changing ids takes the right to; and with root's id the kernel gives and takes all effective ones by
            // itself.
            setEffective(permitted);
            setGroups();
            SysException.check("setresgid", Linux.call(Nr.SETRESGID, -1, gid, -1));
            SysException.check("setresuid", Linux.call(Nr.SETRESUID, -1, uid, -1));
            setEffective(effective);
        } else if (effective != before.effective) {
            setEffective(effective);
        }
    }

    private void setGroups() {
        String[] ids = groups.isBlank() ? new String[0] : groups.trim().split("\\s+", -1);
        Block list = Block.allocate(Math.max(4, 4 * ids.length));
        for (int i = 0; i < ids.length; i++) {
            list.putInt(4 * i, Integer.parseUnsignedInt(ids[i]));
        }
        SysException.check("setgroups", list.with(at -> Linux.call(Nr.SETGROUPS, ids.length, at)));
    }

    /** For this thread alone (capset(2)); the other two sets stay. */
    private static void setEffective(long wanted) {
        Block header = Block.allocate(8).putInt(0, VERSION_3);
        Block sets = Block.allocate(24);
        SysException.check("capget", header.with(h -> sets.with(s -> Linux.call(Nr.CAPGET, h, s))));
        sets.putInt(0, (int) wanted).putInt(12, (int) (wanted >>> 32));
        SysException.check("capset", header.with(h -> sets.with(s -> Linux.call(Nr.CAPSET, h, s))));
    }
}
