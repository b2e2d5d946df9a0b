package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;

/**
 * setsockopt(2): socket, level, option, value, length. Performed from the copy of the value. Options whose value refers to
 * something else of the target's, memory or a descriptor, are not copied; the kernel runs such a call itself.
 */
final class SetOptionCall implements Kind {

    private static final int LEVEL = 1;
    private static final int OPTION = 2;
    private static final int VALUE = 3;
    private static final int LENGTH = 4;

    /** Of a longer value this is copied; the kernel reads no more than this of any option that is performed. */
    private static final int LONGEST = 4096;

    private static final int SOL_SOCKET = constant("SOL_SOCKET");
    private static final int ATTACH_FILTER = constant("SO_ATTACH_FILTER");
    private static final int ATTACH_BPF = constant("SO_ATTACH_BPF");
    private static final int REUSEPORT_CBPF = constant("SO_ATTACH_REUSEPORT_CBPF");
    private static final int REUSEPORT_EBPF = constant("SO_ATTACH_REUSEPORT_EBPF");

    /** Packet filters (linux/netfilter_ipv4/ip_tables.h), for both families. */
    private static final int TABLES_FIRST = 64;

    private static final int TABLES_LAST = 67;

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        if (refersElsewhere(call)) {
            return 0;
        }
        int errno = from.pin(call);
        int length = (int) call.argument(LENGTH);
        if (errno == 0 && length < 0) {
            errno = Errno.EINVAL;
        }
        int copied = Math.min(length, LONGEST);
        if (errno == 0) {
            errno = from.read(call, call.argument(VALUE), scratch, 0, copied);
        }
        if (errno == 0) {
            call.copied(Bytes.of(scratch.get(0, copied)));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        if (refersElsewhere(call)) {
            return Continued.KERNEL;
        }
        Bytes data = call.data().orElseThrow();
        Block value = Block.of(data.toArray());
        int result =
                call.pinned().setOption((int) call.argument(LEVEL), (int) call.argument(OPTION), value, data.length());
        return result < 0 ? Verdict.failure(-result) : Verdict.value(result);
    }

    private static boolean refersElsewhere(ReceivedCall call) {
        int level = (int) call.argument(LEVEL);
        int option = (int) call.argument(OPTION);
        if (level != SOL_SOCKET) {
            return option >= TABLES_FIRST
                    && option <= TABLES_LAST
                    && (level == constant("IPPROTO_IP") || level == constant("IPPROTO_IPV6"));
        }
        return option == ATTACH_FILTER || option == ATTACH_BPF || option == REUSEPORT_CBPF || option == REUSEPORT_EBPF;
    }

    private static int constant(String name) {
        return (int) KernelConstants.host().get(name);
    }
}
