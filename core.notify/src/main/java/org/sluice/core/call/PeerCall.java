package org.sluice.core.call;

import java.util.Optional;
import org.sluice.core.chain.Continued;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Verdict;
import org.sluice.target.PinnedSocket;

/**
 * getsockopt(2) of SO_PEERCRED and SO_PEERPIDFD (unix(7)): socket, level, option, value, length. Where the kernel names the
 * supervisor, because it connected or listened in a target's place, the answer is that target. Any other option is the
 * kernel's, which runs the call itself.
 */
final class PeerCall implements Kind {

    private static final int SOL_SOCKET = (int) KernelConstants.host().get("SOL_SOCKET");
    private static final int SO_PEERCRED = (int) KernelConstants.host().get("SO_PEERCRED");
    private static final int SO_PEERPIDFD = (int) KernelConstants.host().get("SO_PEERPIDFD");

    private static final int LEVEL = 1;
    private static final int OPTION = 2;
    private static final int VALUE = 3;
    private static final int LENGTH = 4;

    /** struct ucred: pid, uid, gid. */
    private static final int CREDENTIALS = 12;

    private static final int NUMBER = 4;

    private final Hands hands;
    private final int self = (int) Linux.call(Nr.GETPID, 0);

    PeerCall(Hands hands) {
        this.hands = hands;
    }

    @Override
    public int copy(ReceivedCall call, Copying from, Block scratch) {
        if (!isCredentials(call) && !isDescriptor(call)) {
            return 0;
        }
        int errno = from.pin(call);
        if (errno == 0) {
            errno = from.read(call, call.argument(LENGTH), scratch, 0, 4);
        }
        if (errno != 0) {
            return errno;
        }
        int capacity = scratch.getInt(0);
        call.nameCapacity(capacity);
        if (capacity < 0) {
            return Errno.EINVAL;
        }
        if (isDescriptor(call)) {
            int length = Math.min(capacity, NUMBER);
            errno = from.read(call, call.argument(VALUE), scratch, 0, length);
            call.copied(Bytes.of(scratch.get(0, errno == 0 ? length : 0)));
        }
        return errno;
    }

    @Override
    public Verdict perform(ReceivedCall call, Optional<Address> address, boolean exclusive) {
        if (isCredentials(call)) {
            return credentials(call);
        }
        return isDescriptor(call) ? descriptor(call) : Continued.KERNEL;
    }

    private Verdict credentials(ReceivedCall call) {
        PinnedSocket socket = call.pinned();
        Block value = Block.allocate(CREDENTIALS);
        int length = socket.option(SOL_SOCKET, SO_PEERCRED, value, CREDENTIALS);
        if (length < 0) {
            return Verdict.failure(-length);
        }
        if (value.getInt(0) == self) {
            hands.peers().of(socket).ifPresent(party -> value.putInt(0, party.pid())
                    .putInt(4, party.uid())
                    .putInt(8, party.gid()));
        }
        int told = Math.min(length, call.nameCapacity());
        return Verdict.value(0).writing(VALUE, Bytes.of(value.get(0, told))).writing(LENGTH, number(told));
    }

    /** The descriptor is the target's once the answer is written. */
    private Verdict descriptor(ReceivedCall call) {
        PinnedSocket socket = call.pinned();
        Block value = Block.allocate(CREDENTIALS);
        int length = socket.option(SOL_SOCKET, SO_PEERCRED, value, CREDENTIALS);
        int pidfd;
        if (length == CREDENTIALS && value.getInt(0) == self) {
            pidfd = hands.peers().pidfd(socket);
        } else {
            length = socket.option(SOL_SOCKET, SO_PEERPIDFD, value, NUMBER);
            pidfd = length < 0 ? length : value.getInt(0);
        }
        if (pidfd < 0) {
            return Verdict.failure(-pidfd);
        }
        call.gives(pidfd);
        return Verdict.value(0);
    }

    /** What cannot be written is found out before the target gets a descriptor that it would never learn of. */
    @Override
    public int tell(ReceivedCall call, Verdict verdict, Telling to) {
        if (!isDescriptor(call) || call.given() < 0) {
            return 0;
        }
        Bytes before = call.data().orElseThrow();
        int error = to.write(call, call.argument(VALUE), Block.of(before.toArray()), before.length());
        if (error == 0) {
            error = to.writeInt(call, call.argument(LENGTH), before.length());
        }
        if (error != 0) {
            return error;
        }
        int given = to.give(call, true);
        return given < 0
                ? given
                : to.write(call, call.argument(VALUE), Block.allocate(NUMBER).putInt(0, given), before.length());
    }

    private static boolean isCredentials(ReceivedCall call) {
        return (int) call.argument(LEVEL) == SOL_SOCKET && (int) call.argument(OPTION) == SO_PEERCRED;
    }

    private static boolean isDescriptor(ReceivedCall call) {
        return (int) call.argument(LEVEL) == SOL_SOCKET && (int) call.argument(OPTION) == SO_PEERPIDFD;
    }

    private static Bytes number(int value) {
        return Bytes.of(Block.allocate(4).putInt(0, value).get(0, 4));
    }
}
