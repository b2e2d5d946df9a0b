package org.sluice.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;

class SocketAddressesTest {

    @Property
    void comesBackAsItWas(@ForAll("addresses") Address address) {
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(address, block);
        assertEquals(address, SocketAddresses.decode(block, 0, length));
        assertEquals(address, SocketAddresses.decode(block, 0, SocketAddresses.encodeReport(address, block)));
    }

    @Property
    void anyBytesMeanTheSameAfterwards(@ForAll @Size(min = 2, max = 128) byte[] raw, @ForAll boolean known) {
        raw[1] = 0;
        raw[0] = known ? new byte[] {1, 2, 10}[Math.floorMod(raw[0], 3)] : raw[0];
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        block.put(0, raw);
        Address address = SocketAddresses.decode(block, 0, raw.length, SocketAddresses.AF_UNIX);
        Block again = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(address, again);
        assertEquals(address, SocketAddresses.decode(again, 0, length, SocketAddresses.AF_UNIX));
    }

    @Provide
    Arbitrary<Address> addresses() {
        Arbitrary<Byte> anyByte = Arbitraries.bytes();
        Arbitrary<Byte> noNul = Arbitraries.bytes().filter(b -> b != 0);
        Arbitrary<Integer> port = Arbitraries.integers().between(0, 65535);
        Arbitrary<Address> inet4 =
                Combinators.combine(bytes(anyByte, 4, 4), port).as(Address.Inet::new);
        Arbitrary<Address> inet6 = Combinators.combine(
                        bytes(anyByte, 16, 16), port, Arbitraries.integers(), Arbitraries.integers())
                .as(Address.Inet::new);
        Arbitrary<Address> path = bytes(noNul, 1, 108).map(Address.UnixPath::new);
        Arbitrary<Address> name = bytes(anyByte, 0, 107).map(Address.UnixAbstract::new);
        Arbitrary<Address> other = bytes(anyByte, 0, 126).map(data -> new Address.Other(17, data));
        return Arbitraries.oneOf(inet4, inet6, path, name, other, Arbitraries.of(new Address.UnixUnnamed()));
    }

    private static Arbitrary<Bytes> bytes(Arbitrary<Byte> each, int min, int max) {
        return each.array(byte[].class).ofMinSize(min).ofMaxSize(max).map(Bytes::of);
    }

    @Example
    void aPathEndsAtItsNul() {
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        block.putShort(0, 1).put(2, new byte[] {'/', 'x', 0, 'y'});
        assertEquals(new Address.UnixPath(Bytes.utf8("/x")), SocketAddresses.decode(block, 0, 6));
        assertEquals(new Address.UnixPath(Bytes.utf8("/x")), SocketAddresses.decode(block, 0, 4));
        assertEquals(new Address.UnixPath(Bytes.utf8("/")), SocketAddresses.decode(block, 0, 3));
    }

    @Example
    void aPathOfFullLengthHasNoNul() {
        byte[] path = new byte[108];
        Arrays.fill(path, (byte) 'p');
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        Address address = new Address.UnixPath(Bytes.of(path));
        assertEquals(110, SocketAddresses.encode(address, block));
        assertEquals(111, SocketAddresses.encodeReport(address, block));
        assertEquals(109, SocketAddresses.encode(new Address.UnixPath(Bytes.of(path, 0, 106)), block));
        assertEquals(
                -Errno.ENAMETOOLONG,
                SocketAddresses.encode(new Address.UnixPath(Bytes.of(Arrays.copyOf(path, 109), 0, 109)), block));
    }

    @Example
    void bindTakesUnspecifiedForInet() {
        byte[] any = {0x1f, (byte) 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Address unspecified = new Address.Other(0, Bytes.of(any));
        Address expected = new Address.Inet(Bytes.of(any, 2, 6), 8080);
        assertEquals(expected, SocketAddresses.forBind(unspecified, SocketAddresses.AF_INET));
        assertEquals(unspecified, SocketAddresses.forBind(unspecified, SocketAddresses.AF_INET6));
        any[2] = 127;
        Address refused = new Address.Other(0, Bytes.of(any));
        assertEquals(refused, SocketAddresses.forBind(refused, SocketAddresses.AF_INET));
        Address tooShort = new Address.Other(0, Bytes.of(any, 0, 13));
        assertEquals(tooShort, SocketAddresses.forBind(tooShort, SocketAddresses.AF_INET));
    }

    @Example
    void aShortInetAddressIsNoInetAddress() {
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        assertInstanceOf(Address.Other.class, SocketAddresses.decode(block.putShort(0, 2), 0, 15));
    }

    @Example
    void aPathIsOneOnAUnixSocketAlone() {
        Block block = Block.allocate(SocketAddresses.CAPACITY);
        int length = SocketAddresses.encode(new Address.UnixPath(Bytes.of(new byte[] {'.'})), block);
        assertInstanceOf(Address.UnixPath.class, SocketAddresses.decode(block, 0, length, SocketAddresses.AF_UNIX));
        assertInstanceOf(Address.Other.class, SocketAddresses.decode(block, 0, 111, SocketAddresses.AF_UNIX));
        Address other = SocketAddresses.decode(block, 0, 110, SocketAddresses.AF_INET);
        assertInstanceOf(Address.Other.class, other);
        // The kernel looks at the length first.
        assertEquals(110, SocketAddresses.encode(other, Block.allocate(SocketAddresses.CAPACITY)));
    }
}
