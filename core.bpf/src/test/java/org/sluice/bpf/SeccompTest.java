package org.sluice.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Child;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;

class SeccompTest {

    @Test
    void structuresHaveTheSizesOfThisKernel() {
        Block sizes = Block.allocate(6);

        assertEquals(0, sizes.with(address -> Linux.call(Nr.SECCOMP, Seccomp.GET_NOTIF_SIZES, 0, address)));
        assertEquals(SeccompNotif.SIZE, sizes.getShort(0));
        assertEquals(SeccompNotifResp.SIZE, sizes.getShort(2));
        assertEquals(Bpf.DATA_SIZE, sizes.getShort(4));
    }

    @Test
    void kernelKnowsTheActions() {
        assertTrue(Seccomp.isAvailable(Action.userNotify()));
        assertTrue(Seccomp.isAvailable(Action.killProcess()));
        assertTrue(Seccomp.isAvailable(Action.errno(1)));
    }

    @Test
    void listenerAnswersCalls() throws Exception {
        Child.Result result = Child.run(ListenerChild.class);

        assertEquals(0, result.status(), result.output());
    }
}
