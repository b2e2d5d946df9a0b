package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.notify.Address;
import org.sluice.notify.Verdict;

/**
 * getsockopt(2) where netlink sockets are synthetic: the kernel does not know what their options are, and would tell of
 * another family. The others are told as ever.
 */
final class OptionCall implements Kind {

    private static final int SOL_SOCKET = (int) KernelConstants.host().get("SOL_SOCKET");
    private static final int SOL_NETLINK = (int) KernelConstants.host().get("SOL_NETLINK");
    private static final int SO_TYPE = (int) KernelConstants.host().get("SO_TYPE");
    private static final int SO_DOMAIN = (int) KernelConstants.host().get("SO_DOMAIN");
    private static final int SO_PROTOCOL = (int) KernelConstants.host().get("SO_PROTOCOL");
    private static final int AF_NETLINK = 16;
    private static final int LEVEL = 1;
    private static final int OPTION = 2;
    private static final int LENGTH = 4;

    private final Kind others;

    OptionCall(Kind others) {
        this.others = others;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        if (!isAboutFamily(call)) {
            return others.copy(call, from, scratch);
        }
        int errno = from.pin(call);
        if (errno == 0 && call.pinned().domain() == AF_NETLINK) {
            errno = from.read(call, call.argument(LENGTH), scratch, 0, Integer.BYTES);
            int capacity = errno == 0 ? scratch.getInt(0) : 0;
            call.nameCapacity(capacity);
            return capacity < 0 ? Errno.EINVAL : errno;
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        if (!isAboutFamily(call)) {
            return others.perform(call, address, exclusive);
        }
        // Of a netlink socket nobody but its handler tells.
        return call.pinned().domain() == AF_NETLINK ? Verdict.failure(Errno.EPERM) : Continued.KERNEL;
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        return isAboutFamily(call) ? 0 : others.tell(call, verdict, to);
    }

    @Override
    public long result(ReceivedCall call, Verdict verdict) {
        return others.result(call, verdict);
    }

    private static boolean isAboutFamily(ReceivedCall call) {
        int level = (int) call.argument(LEVEL);
        int option = (int) call.argument(OPTION);
        return level == SOL_NETLINK
                || (level == SOL_SOCKET && (option == SO_TYPE || option == SO_DOMAIN || option == SO_PROTOCOL));
    }
}
