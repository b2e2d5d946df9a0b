package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;

/**
 * ioctl(2) of a request about interfaces (netdevice(7)): socket, request, a structure. Copied in a sandbox that has a
 * private network; there nobody but its handler answers them. Every other ioctl is left to the kernel.
 */
final class DeviceCall implements Kind {

    private static final int STRUCTURE = 2;

    private final boolean isPrivate;

    DeviceCall(boolean isPrivate) {
        this.isPrivate = isPrivate;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        int request = (int) call.argument(1);
        int size = isPrivate ? DeviceCalls.size(request) : 0;
        if (size == 0) {
            return 0;
        }
        int errno = from.pin(call);
        if (errno == Errno.ENOTSOCK) {
            // What a file that is no socket says to a request that it does not know.
            return Errno.ENOTTY;
        }
        if (errno == 0) {
            errno = from.read(call, call.argument(STRUCTURE), scratch, 0, size);
        }
        if (errno == 0) {
            call.copied(Bytes.of(scratch.get(0, size)));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        return call.data().isPresent() ? Verdict.failure(Errno.EPERM) : Continued.KERNEL;
    }

    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        DeviceCalls.Reply reply = call.reply();
        if (reply == null) {
            return 0;
        }
        Block list = reply.list();
        int error = list == null ? 0 : to.write(call, reply.listAt(), list, reply.listLength());
        return error != 0 ? error : to.write(call, call.argument(STRUCTURE), reply.structure(), reply.length());
    }
}
