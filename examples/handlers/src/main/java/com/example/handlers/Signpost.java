package com.example.handlers;

import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Call;
import org.sluice.notify.Chain;
import org.sluice.notify.Handler;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Traps;
import org.sluice.notify.Verdict;

/**
 * Transforms connect(2): a program that connects to a name gets the address that stands for it in the profile. Names and
 * addresses are written as in rules. The rules of the sandbox judge both, the name before it gets here and then the address
 * that it stands for, and have to allow both: nobody gets past them by another name.
 *
 * <pre>{@code
 * "handlers": { "com.example.signpost": { "@database": "/run/postgresql/.s.PGSQL.5432",
 *                                         "198.51.100.7!80": "127.0.0.1!8080" } }
 * }</pre>
 */
@Component
@Handler(name = Signpost.NAME, stage = Stage.TRANSLATE)
@Traps("connect")
public final class Signpost implements SyscallHandler {

    static final String NAME = "com.example.signpost";

    @Override
    public Verdict handle(Call call, Chain chain) {
        Optional<Address> stated = call.address();
        Optional<Address> meant = stated.flatMap(address -> lookUp(call, address));
        // A socket connects within its own family; what the profile says of another one is not for this socket.
        return meant.isPresent() && meant.get().family() == stated.get().family()
                ? chain.proceed(call.withAddress(meant.get()))
                : chain.proceed(call);
    }

    private static Optional<Address> lookUp(Call call, Address name) {
        Map<String, Object> directory = call.sandbox().settings(NAME).values();
        return directory.get(name.toString()) instanceof String text ? Optional.of(parse(text)) : Optional.empty();
    }

    /** Reads {@code /path}, {@code @name} and {@code 192.0.2.1!80}. */
    static Address parse(String text) {
        if (text.startsWith("/")) {
            return new Address.UnixPath(Bytes.utf8(text));
        }
        if (text.startsWith("@")) {
            return new Address.UnixAbstract(Bytes.utf8(text.substring(1)));
        }
        String[] parts = text.split("[.!]", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException(
                    NAME + ": '" + text + "' is no address; write it as 192.0.2.1!80, /path or @name");
        }
        byte[] ip = new byte[4];
        for (int i = 0; i < ip.length; i++) {
            ip[i] = (byte) Integer.parseInt(parts[i]);
        }
        return new Address.Inet(Bytes.of(ip), Integer.parseInt(parts[4]));
    }
}
