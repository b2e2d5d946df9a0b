package org.sluice.core.call;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.bpf.Listener;
import org.sluice.bpf.Seccomp;
import org.sluice.bpf.SeccompNotifResp;
import org.sluice.core.chain.Notification;
import org.sluice.core.chain.Reply;
import org.sluice.core.pump.Pump;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.SocketAddresses;
import org.sluice.target.TargetMemory;

/**
 * Answers notifications: writes what the verdict says into the target's memory, each write after a check that the call
 * still waits, and then lets it return. Thread-safe.
 */
final class Answers implements Reply {

    /** Which arguments of getsockname(2) and getpeername(2) point to the address and to its length. */
    private static final int ADDRESS = 1;

    private static final int LENGTH = 2;

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    /** Native memory of one thread. */
    private static final class Scratch {
        final Block response = Block.allocate(SeccompNotifResp.SIZE);
        final Block id = Block.allocate(8);
        final Block address = Block.allocate(SocketAddresses.CAPACITY);
        final Block length = Block.allocate(8);
    }

    private final Listener listener;
    private final TargetMemory memory;
    private final Recorder recorder;

    Answers(Listener listener, TargetMemory memory, Recorder recorder) {
        this.listener = listener;
        this.memory = memory;
        this.recorder = recorder;
    }

    @Override
    public void answer(Notification notification, Verdict verdict) {
        ReceivedCall call = (ReceivedCall) notification;
        try {
            if (!verdict.continued() && verdict.denial().isPresent()) {
                recorder.denied(call, verdict.errno(), verdict.denial().get());
            }
            if (verdict.continued()) {
                send(call.id(), 0, 0, Seccomp.USER_NOTIF_FLAG_CONTINUE);
            } else {
                int error = write(call, verdict);
                if (error != 0) {
                    send(call.id(), 0, error, 0);
                } else if (verdict.succeeded()) {
                    send(call.id(), verdict.value(), 0, 0);
                } else {
                    send(call.id(), 0, -verdict.errno(), 0);
                }
            }
        } catch (RuntimeException | Error e) {
            log.error("answering {} failed; the target gets EPERM", call.name(), e);
            send(call.id(), 0, -Errno.EPERM, 0);
        } finally {
            call.leave();
        }
    }

    /** Answers at once, without a verdict. */
    void answer(ReceivedCall call, int errno) {
        send(call.id(), 0, -errno, 0);
        call.leave();
    }

    /**
     * Answers what the deny list refuses.
     *
     * @param result 0 or a negative errno
     */
    void refuse(ReceivedCall call, int result, Optional<Denial> denial) {
        denial.ifPresent(why -> recorder.denied(call, -result, why));
        send(call.id(), 0, result, 0);
        call.leave();
    }

    /** Whether the call still waits, so that what was read from its thread is its own. */
    boolean waits(long id) {
        Scratch scratch = SCRATCH.get();
        return listener.valid(scratch.id.putLong(0, id)) == 0;
    }

    private int write(ReceivedCall call, Verdict verdict) {
        if (verdict.succeeded()
                && verdict.address().isPresent()
                && Signature.of(call.number()).returnsName()) {
            int error = writeName(call, verdict.address().get());
            if (error != 0) {
                return error;
            }
        }
        for (Verdict.Write each : verdict.writes()) {
            Bytes bytes = each.bytes();
            Block block = Block.of(bytes.toArray());
            int error = write(call, call.argument(each.argument()), block, bytes.length());
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    /** As move_addr_to_user in net/socket.c: no more than there is room for, and the full length. */
    private int writeName(ReceivedCall call, Address address) {
        Scratch scratch = SCRATCH.get();
        int length = SocketAddresses.encodeReport(address, scratch.address);
        if (length < 0) {
            return length;
        }
        int room = Math.min(length, call.nameCapacity());
        // The last byte of the longest path is its NUL, which lies past the block and is 0 anyway.
        int stored = Math.min(room, SocketAddresses.CAPACITY);
        if (stored > 0) {
            int error = write(call, call.argument(ADDRESS), scratch.address, stored);
            if (error != 0) {
                return error;
            }
        }
        return write(call, call.argument(LENGTH), scratch.length.putInt(0, length), 4);
    }

    private int write(ReceivedCall call, long address, Block from, int length) {
        int written = memory.write(call.tid(), address, from, 0, length, () -> waits(call.id()));
        return written == length ? 0 : -Errno.EFAULT;
    }

    private void send(long id, long value, int error, int flags) {
        if (Pump.keepAnswer(id, value, error, flags)) {
            return;
        }
        Block response = SCRATCH.get().response;
        response.putLong(SeccompNotifResp.ID, id)
                .putLong(SeccompNotifResp.VALUE, value)
                .putInt(SeccompNotifResp.ERROR, error)
                .putInt(SeccompNotifResp.FLAGS, flags);
        long result = listener.respond(response);
        // ENOENT: the target has been killed meanwhile.
        if (result < 0 && result != -Errno.ENOENT) {
            log.error("an answer was not taken: {}", Errno.describe((int) -result));
        }
    }
}
