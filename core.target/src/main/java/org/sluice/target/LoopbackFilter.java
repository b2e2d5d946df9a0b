package org.sluice.target;

import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

/**
 * A socket filter (Linux, Documentation/networking/filter.rst) that keeps a socket to loopback: the socket may be bound to
 * the wildcard address, and is told that it is, and still only what was sent to 127.0.0.0/8 or ::1 arrives. The kernel
 * takes such packets from the loopback device alone. On a stream socket just the request for a connection (SYN without
 * ACK) is dropped, so that a socket that was bound first can connect outwards; accepted connections inherit the filter. It
 * is locked (SO_LOCK_FILTER), so no target takes it off, and it holds when the supervisor is gone.
 */
final class LoopbackFilter {

    private static final int SOL_SOCKET = 1;
    /** As an option that is asked for it is SO_GET_FILTER. */
    private static final int SO_ATTACH_FILTER = 26;

    private static final int SO_LOCK_FILTER = 44;

    // Classic BPF, linux/bpf_common.h.
    private static final int LD_WORD = 0x20;
    private static final int LD_BYTE = 0x30;
    private static final int AND = 0x54;
    private static final int JEQ = 0x15;
    private static final int RET = 0x06;

    /** SKF_NET_OFF: offsets from here on are in the IP header, linux/filter.h. */
    private static final int IP = 0xfff00000;

    private static final int IPV4_DESTINATION = IP + 16;
    private static final int IPV6_DESTINATION = IP + 24;

    /** Offset and bits of the TCP header. */
    private static final int TCP_FLAGS = 13;

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    /** Size of struct sock_filter. */
    private static final int STEP = 8;

    private static final byte[] STREAM = program(true);
    private static final byte[] DATAGRAM = program(false);

    private LoopbackFilter() {}

    /**
     * Attaches and locks the filter; one that is there already is left.
     *
     * @return 0, EPERM for a socket with a locked filter of its own, EOPNOTSUPP for one of MPTCP
     */
    static int attach(PinnedSocket socket) {
        byte[] program = socket.type() == 1 ? STREAM : DATAGRAM;
        if (PinnedSocket.option(socket.fd(), SO_LOCK_FILTER, 4) > 0) {
            return isAttached(socket, program) ? 0 : Errno.EPERM;
        }
        Scratch scratch = Scratch.get();
        scratch.page.put(0, program);
        Block head = scratch.record;
        head.putLong(0, program.length / STEP).putLong(8, scratch.page.address());
        long result = Linux.call(Nr.SETSOCKOPT, socket.fd(), SOL_SOCKET, SO_ATTACH_FILTER, head.address(), 16, 0);
        if (result == 0) {
            result = PinnedSocket.setOption(socket.fd(), SO_LOCK_FILTER, 1);
        }
        // Another thread of the target may have put its own there in between.
        return result == 0 ? (isAttached(socket, program) ? 0 : Errno.EPERM) : (int) -result;
    }

    private static boolean isAttached(PinnedSocket socket, byte[] program) {
        Scratch scratch = Scratch.get();
        int steps = program.length / STEP;
        // The length is counted in steps, not in bytes (sk_get_filter, net/core/filter.c).
        scratch.word.putInt(0, steps);
        long result = Linux.call(
                Nr.GETSOCKOPT,
                socket.fd(),
                SOL_SOCKET,
                SO_ATTACH_FILTER,
                scratch.page.address(),
                scratch.word.address(),
                0);
        if (result < 0 || scratch.word.getInt(0) != steps) {
            return false;
        }
        for (int i = 0; i < program.length; i++) {
            if (scratch.page.getByte(i) != program[i]) {
                return false;
            }
        }
        return true;
    }

    /** Jumps count from the next step on; {@code keep} and {@code drop} are the numbers of the steps that end it. */
    private static byte[] program(boolean stream) {
        int drop = 14;
        int keep = stream ? drop + 4 : drop + 1;
        int[][] head = {
            {LD_BYTE, 0, 0, IP},
            {AND, 0, 0, 0xf0},
            {JEQ, 3, 5, 0x40},
            {LD_BYTE, 0, 0, IPV4_DESTINATION},
            {JEQ, keep, drop, 127},
            {JEQ, 6, drop, 0x60},
            {LD_WORD, 0, 0, IPV6_DESTINATION},
            {JEQ, 8, drop, 0},
            {LD_WORD, 0, 0, IPV6_DESTINATION + 4},
            {JEQ, 10, drop, 0},
            {LD_WORD, 0, 0, IPV6_DESTINATION + 8},
            {JEQ, 12, drop, 0},
            {LD_WORD, 0, 0, IPV6_DESTINATION + 12},
            {JEQ, keep, drop, 1},
        };
        int[][] tail = stream
                ? new int[][] {
                    {LD_BYTE, 0, 0, TCP_FLAGS},
                    {AND, 0, 0, SYN | ACK},
                    {JEQ, drop + 3, keep, SYN},
                    {RET, 0, 0, 0},
                    {RET, 0, 0, -1}
                }
                : new int[][] {{RET, 0, 0, 0}, {RET, 0, 0, -1}};
        Block block = Block.allocate(STEP * (head.length + tail.length));
        for (int i = 0; i < head.length + tail.length; i++) {
            int[] step = i < head.length ? head[i] : tail[i - head.length];
            boolean jump = step[0] == JEQ;
            block.putShort(STEP * i, step[0])
                    .putByte(STEP * i + 2, jump ? step[1] - i - 1 : 0)
                    .putByte(STEP * i + 3, jump ? step[2] - i - 1 : 0)
                    .putInt(STEP * i + 4, step[3]);
        }
        byte[] program = new byte[block.size()];
        for (int i = 0; i < program.length; i++) {
            program[i] = block.getByte(i);
        }
        return program;
    }
}
