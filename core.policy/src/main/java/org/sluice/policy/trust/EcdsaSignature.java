package org.sluice.policy.trust;

import java.math.BigInteger;

/**
 * The form of an ECDSA signature: SEQUENCE { r INTEGER, s INTEGER } in DER (RFC 3279, 2.2.3). Both numbers have to be from 1
 * to the group's order less one (FIPS 186-5, 6.4.2). Some releases of JDK 15 to 18 did not check this and took zeros for a
 * signature of anything, so it is checked here.
 */
final class EcdsaSignature {

    /** Of P-256. */
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int SHORTEST = 8;
    private static final int LONGEST = 72;

    private EcdsaSignature() {}

    /** Whether {@code der} has two numbers in range and nothing else. */
    static boolean isSound(byte[] der) {
        if (der.length < SHORTEST || der.length > LONGEST || der[0] != SEQUENCE || der[1] != der.length - 2) {
            return false;
        }
        int second = 4 + der[3];
        return isNumber(der, 2, second) && isNumber(der, second, der.length);
    }

    private static boolean isNumber(byte[] der, int from, int to) {
        if (from + 2 >= to || to > der.length || der[from] != INTEGER || der[from + 1] != to - from - 2) {
            return false;
        }
        BigInteger number = new BigInteger(der, from + 2, to - from - 2);
        return number.signum() > 0 && number.compareTo(ORDER) < 0;
    }
}
