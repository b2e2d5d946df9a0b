package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.linux.Pages;

class MemoryPinTest {

    private static final int PAGE = 4096;
    private static final int READ_ONLY = 0;

    private final TargetMemory memory = new TargetMemory();
    private final MemoryPin pin = new MemoryPin();
    private final int self = (int) Linux.call(Nr.GETTID, 0);
    private final Block name = Block.of(new byte[] {1, 2, 3, 4});

    @Test
    void tellsANameAndItsLengthAndLetsGo() throws IOException {
        Block to = Block.allocate(8);
        Block length = Block.allocate(8).putLong(0, -1);
        Descriptors before = Descriptors.now();
        assertEquals(0, pin.tell(pinned(), to.address(), name, 3, length.address(), 16));
        assertArrayEquals(new byte[] {1, 2, 3, 0}, to.get(0, 4));
        assertEquals(16, length.getInt(0));
        assertEquals(-1, length.getInt(4));
        before.assertNoMore();
    }

    /** As move_addr_to_user in net/socket.c, which gives up at the first fault. */
    @Test
    void tellsNoLengthWithoutItsName() throws IOException {
        Block length = Block.allocate(8).putLong(0, -1);
        try (Pages pages = Pages.map(2 * PAGE)) {
            Linux.call(Nr.MUNMAP, pages.address() + PAGE, PAGE);
            Descriptors before = Descriptors.now();
            for (long to : new long[] {0, 16, -4096, pages.address() + PAGE, pages.address() + PAGE - 2}) {
                assertEquals(-Errno.EFAULT, pin.tell(pinned(), to, name, 4, length.address(), 16));
                assertEquals(-1, length.getInt(0));
            }
            before.assertNoMore();
        }
    }

    @Test
    void failsWithoutALength() throws IOException {
        Block to = Block.allocate(8);
        Descriptors before = Descriptors.now();
        assertEquals(-Errno.EFAULT, pin.tell(pinned(), to.address(), name, 4, 16, 16));
        assertEquals(0, pin.tell(pinned(), to.address(), name, 4, to.address() + 4, 16));
        before.assertNoMore();
    }

    /** What is no listener, or one that does not know the notification, says the same. */
    @Test
    void pinsNothingForACallThatDoesNotWait() throws Exception {
        Block path = Block.cString("/dev/null".getBytes(StandardCharsets.US_ASCII));
        int other = (int) path.with(at -> Linux.call(Nr.OPENAT, -100, at, READ_ONLY));
        Descriptors before = Descriptors.now();
        assertEquals(-Errno.ESRCH, pin.open(self, other, 7));
        Child gone = new Child();
        gone.kill();
        assertEquals(-Errno.ESRCH, pin.open(gone.pid(), other, 7));
        before.assertNoMore();
        Linux.close(other);
    }

    private int pinned() {
        return memory.open(self, () -> true);
    }
}
