package org.sluice.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressTest {

    @Test
    void bindReadsAnUnspecifiedFamilyAsTheIpv4Wildcard() {
        Address.Other zero = new Address.Other(0, Bytes.of(new byte[] {0x1f, (byte) 0x90, 0, 0, 0, 0, 0, 0}));
        assertEquals(Optional.of(new Address.Inet(Bytes.of(new byte[4]), 8080)), zero.asBound());
    }

    @Test
    void bindRefusesEveryOtherUseOfAnotherFamily() {
        Address.Other loopback = new Address.Other(0, Bytes.of(new byte[] {0x1f, (byte) 0x90, 127, 0, 0, 1}));
        Address.Other tooShort = new Address.Other(0, Bytes.of(new byte[] {0x1f, (byte) 0x90}));
        Address.Other netlink = new Address.Other(16, Bytes.of(new byte[] {0x1f, (byte) 0x90, 0, 0, 0, 0}));
        assertEquals(Optional.empty(), loopback.asBound());
        assertEquals(Optional.empty(), tooShort.asBound());
        assertEquals(Optional.empty(), netlink.asBound());
    }

    @Test
    void loopbackKeepsFamilyAndPort() {
        assertEquals(
                "127.0.0.1!80",
                new Address.Inet(Bytes.of(new byte[4]), 80).loopback().toString());
        assertEquals(
                "::1!80",
                new Address.Inet(Bytes.of(new byte[16]), 80).loopback().toString());
    }
}
