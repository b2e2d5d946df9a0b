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
import org.sluice.notify.Bytes;
import org.sluice.notify.Denial;
import org.sluice.notify.Verdict;
import org.sluice.target.Handover;
import org.sluice.target.Holding;
import org.sluice.target.MemoryPin;
import org.sluice.target.TargetMemory;

/**
 * Answers notifications: writes what the verdict says into the target's memory, each write after a check that the call
 * still waits, and then lets it return. Thread-safe.
 */
final class Answers implements Reply, Telling.Writer {

    private static final int O_CLOEXEC = 0x80000;

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    /** Native memory of one thread. */
    private static final class Scratch {
        final Block response = Block.allocate(SeccompNotifResp.SIZE);
        final Block id = Block.allocate(8);
        final Handover handover = new Handover();
        final Telling telling = new Telling();
    }

    private final Listener listener;
    private final TargetMemory memory;
    private final Kinds kinds;
    private final Recorder recorder;
    private final Holding holding = new Holding();

    Answers(Listener listener, TargetMemory memory, Kinds kinds, Recorder recorder) {
        this.listener = listener;
        this.memory = memory;
        this.kinds = kinds;
        this.recorder = recorder;
    }

    @Override
    public void answer(Notification notification, Verdict verdict) {
        ReceivedCall call = (ReceivedCall) notification;
        try {
            record(call, verdict);
            if (verdict.continued()) {
                send(call.id(), 0, 0, Seccomp.USER_NOTIF_FLAG_CONTINUE);
            } else {
                int error = write(call, verdict);
                if (error != 0) {
                    send(call.id(), 0, error, 0);
                } else if (verdict.handed().isPresent()) {
                    hand(call, verdict.handed().get());
                } else if (verdict.succeeded()) {
                    Kind kind = kinds.of(call.number());
                    send(call.id(), kind == null ? verdict.value() : kind.result(call, verdict), 0, 0);
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

    /** Records a verdict that is a denial. */
    void record(ReceivedCall call, Verdict verdict) {
        if (!verdict.continued() && verdict.denial().isPresent()) {
            recorder.denied(call, verdict.errno(), verdict.denial().get());
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

    /** Writes an int into the memory of a call that goes on; 0 or a negative errno. */
    int writeInt(ReceivedCall call, long to, int value) {
        return SCRATCH.get().telling.of(this).writeInt(call, to, value);
    }

    /**
     * In two steps: done in one, a signal at the wrong moment makes older kernels lose the number. Between them the call
     * cannot be interrupted, because the filter waits killable.
     */
    private void hand(ReceivedCall call, Verdict.Handed handed) {
        long number = give(call, handed.descriptor(), handed.closeOnExec());
        send(call.id(), Math.max(number, 0), (int) Math.min(number, 0), 0);
    }

    private int write(ReceivedCall call, Verdict verdict) {
        Telling telling = SCRATCH.get().telling.of(this);
        try {
            Kind kind = kinds.of(call.number());
            int error = kind == null || !verdict.succeeded() ? 0 : kind.tell(call, verdict, telling);
            return error != 0 ? error : write(call, verdict, telling);
        } finally {
            telling.close();
        }
    }

    private static int write(ReceivedCall call, Verdict verdict, Telling telling) {
        for (Verdict.Write each : verdict.writes()) {
            Bytes bytes = each.bytes();
            int error = telling.write(call, call.argument(each.argument()), Block.of(bytes.toArray()), bytes.length());
            if (error != 0) {
                return error;
            }
        }
        return 0;
    }

    @Override
    public int open(ReceivedCall call, MemoryPin pin) {
        return pin.open(call.tid(), listener.fd(), call.id());
    }

    @Override
    public int write(int pinned, long to, Block from, int length) {
        return memory.write(pinned, to, from, 0, length);
    }

    @Override
    public int give(ReceivedCall call, boolean closeOnExec) {
        return (int) give(call, call.given(), closeOnExec);
    }

    private long give(ReceivedCall call, int descriptor, boolean closeOnExec) {
        int flags = closeOnExec ? O_CLOEXEC : 0;
        return SCRATCH.get().handover.give(listener, holding, call.tid(), call.id(), descriptor, flags);
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
