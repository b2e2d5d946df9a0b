package org.sluice.policy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.policy.pattern.IpText;

/** Addresses as people write them: {@code 192.0.2.1!443}, {@code ::1!80}, {@code /run/x.sock}, {@code @name}. */
final class AddressText {

    private static final String EXAMPLE = "; write 192.0.2.1!443, ::1!443, /run/x.sock, @name or !unnamed";

    private AddressText() {}

    /** The address; a path is taken as it stands. */
    static Address parse(String text) {
        if (text.equals("!unnamed")) {
            return new Address.UnixUnnamed();
        }
        if (text.startsWith("@")) {
            return new Address.UnixAbstract(bytes(text.substring(1)));
        }
        if (text.startsWith("/")) {
            return new Address.UnixPath(bytes(text));
        }
        int bang = text.indexOf('!');
        if (bang < 0) {
            throw new PolicyException("'" + text + "' is no address with a port" + EXAMPLE);
        }
        byte[] ip = IpText.parse(text.substring(0, bang));
        String port = text.substring(bang + 1);
        if (ip.length == 0 && text.substring(0, bang).matches("[^:/]*[A-Za-z][^:/]*")) {
            throw new PolicyException("'" + text.substring(0, bang) + "' is a name, and the kernel sees addresses;"
                    + " 'getent ahosts " + text.substring(0, bang) + "' prints them");
        }
        if (ip.length == 0) {
            throw new PolicyException("'" + text.substring(0, bang) + "' is no IP address" + EXAMPLE);
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 0xffff) {
            throw new PolicyException("'" + port + "' is no port from 0 to 65535" + EXAMPLE);
        }
        return new Address.Inet(Bytes.of(ip), Integer.parseInt(port));
    }

    /** Bytes from text with {@code \xNN} and {@code \\}, as {@link Bytes#toString} writes them. */
    private static Bytes bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("\\\\", at)) {
                bytes.write('\\');
                at += 2;
            } else if (text.substring(at).matches("(?s)\\\\x[0-9a-fA-F]{2}.*")) {
                bytes.write(Integer.parseInt(text.substring(at + 2, at + 4), 16));
                at += 4;
            } else {
                int point = text.codePointAt(at);
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(point);
            }
        }
        return Bytes.of(bytes.toByteArray());
    }
}
