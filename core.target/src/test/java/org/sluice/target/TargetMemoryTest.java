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

class TargetMemoryTest {

    private static final int PAGE = 4096;
    private final TargetMemory memory = new TargetMemory();
    private final int self = (int) Linux.call(Nr.GETTID, 0);
    private final Block into = Block.allocate(2 * PAGE);

    @Test
    void readsAChild() throws Exception {
        try (Child child = new Child()) {
            long address = buffer(child, "abc");
            assertEquals(4, memory.read(child.pid(), address, into, 8, 4));
            assertArrayEquals("abc\0".getBytes(StandardCharsets.US_ASCII), into.get(8, 4));
            assertEquals(0, memory.readFully(child.pid(), address, into, 0, 4));
            assertEquals(3, memory.readString(child.pid(), address, into, 0, 100));
        }
    }

    @Test
    void writesAChildOnlyWhileTheNotificationWaits() throws Exception {
        try (Child child = new Child()) {
            long address = buffer(child, "abc");
            Block from = Block.of("xyz".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-Errno.ESRCH, memory.write(child.pid(), address, from, 0, 3, () -> false));
            assertEquals("b'abc'", child.run("b.value"));
            assertEquals(2, memory.write(child.pid(), address, from, 1, 2, () -> true));
            assertEquals("b'yzc'", child.run("b.value"));
        }
    }

    @Test
    void nobodyThere() throws Exception {
        Child child = new Child();
        child.kill();
        assertEquals(-Errno.ESRCH, memory.read(child.pid(), into.address(), into, 0, 4));
        assertEquals(-Errno.ESRCH, memory.write(child.pid(), into.address(), into, 0, 4, () -> true));
    }

    @Test
    void stopsWhereMemoryEnds() {
        try (Pages pages = Pages.map(2 * PAGE)) {
            Linux.call(Nr.MPROTECT, pages.address() + PAGE, PAGE, 0);
            long end = pages.address() + PAGE;
            assertEquals(6, memory.read(self, end - 6, into, 0, 16));
            assertEquals(-Errno.EFAULT, memory.readFully(self, end - 6, into, 0, 16));
            assertEquals(-Errno.EFAULT, memory.read(self, end, into, 0, 16));
            assertEquals(6, memory.read(self, end - 6, into, 0, 6));
        }
    }

    @Test
    void stringsEndAtTheirNulOrWhereMemoryEnds() {
        try (Pages pages = Pages.map(2 * PAGE)) {
            Linux.call(Nr.MPROTECT, pages.address() + PAGE, PAGE, 0);
            long end = pages.address() + PAGE;
            pages.buffer().put(PAGE - 4, (byte) 'a').put(PAGE - 3, (byte) 'b');
            assertEquals(2, memory.readString(self, end - 4, into, 0, PAGE));
            pages.buffer().put(PAGE - 2, (byte) 'c').put(PAGE - 1, (byte) 'd');
            assertEquals(-Errno.EFAULT, memory.readString(self, end - 4, into, 0, PAGE));
            assertEquals(-Errno.ENAMETOOLONG, memory.readString(self, end - 4, into, 0, 4));
        }
    }

    @Test
    void stringsGoOverPages() {
        try (Pages pages = Pages.map(2 * PAGE)) {
            for (int i = 0; i < PAGE; i++) {
                pages.buffer().put(100 + i, (byte) 'x');
            }
            assertEquals(PAGE, memory.readString(self, pages.address() + 100, into, 0, PAGE + 1));
            assertEquals(-Errno.ENAMETOOLONG, memory.readString(self, pages.address() + 100, into, 0, PAGE));
        }
    }

    @Test
    void addressesHaveSixtyFourBits() {
        assertEquals(-Errno.EFAULT, memory.read(self, into.address() | 0xff00_0000_0000_0000L, into, 0, 4));
        assertEquals(-Errno.EFAULT, memory.read(self, -4096, into, 0, 4));
        assertEquals(-Errno.EFAULT, memory.read(self, 0, into, 0, 4));
        assertEquals(-Errno.EFAULT, memory.write(self, -4096, into, 0, 4, () -> true));
        assertEquals(-Errno.EFAULT, memory.write(self, 16, into, 0, 4, () -> true));
    }

    @Test
    void leavesNoDescriptorOpen() throws IOException {
        Descriptors before = Descriptors.now();
        memory.write(self, into.address(), into, 0, 4, () -> true);
        memory.write(self, into.address(), into, 0, 4, () -> false);
        before.assertNoMore();
    }

    private static long buffer(Child child, String text) throws IOException {
        child.run("b = ctypes.create_string_buffer(b'" + text + "')");
        return Long.parseLong(child.run("ctypes.addressof(b)"));
    }
}
