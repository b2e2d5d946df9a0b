package org.sluice.testkit;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sluice.core.trap.HostNames;
import org.sluice.core.trap.Names;
import org.sluice.linux.SyscallTable;
import org.sluice.notify.Address;
import org.sluice.notify.Bytes;
import org.sluice.notify.Opening;
import org.sluice.notify.Socket;
import org.sluice.notify.Target;

/**
 * A system call that no program made, for {@link FakeChain#offer}. Begins with the name and zeroes; each method sets one thing
 * and returns this. For one thread.
 *
 * <pre>{@code
 * FakeCall.of("connect").address(new Address.Inet(Bytes.of((byte) 192, (byte) 0, (byte) 2, (byte) 1), 80))
 * }</pre>
 */
public final class FakeCall {

    private static final int ARGUMENTS = 6;

    private final String name;
    private final int number;
    private final long[] arguments = new long[ARGUMENTS];
    private Target target = new FakeTarget(1000, 1000, "test");
    private @Nullable Socket socket;
    private @Nullable Address address;
    private @Nullable Address canonical;
    private int unresolved;
    private @Nullable Bytes data;
    private @Nullable Opening opening;

    private FakeCall(String name, int number) {
        this.name = name;
        this.number = number;
    }

    /**
     * A call by its name in this machine's system call table.
     *
     * @throws IllegalArgumentException if there is none of that name; the message has the nearest one
     */
    public static FakeCall of(String name) {
        return new FakeCall(name, SyscallTable.host().number(name));
    }

    /**
     * Sets a register.
     *
     * @param index 0 to 5
     */
    public FakeCall argument(int index, long value) {
        arguments[index] = value;
        return this;
    }

    /**
     * Sets a register by its name in the system call table.
     *
     * @throws IllegalArgumentException if the call has no such argument; the message lists the names
     */
    public FakeCall argument(String argument, long value) {
        return argument(index(argument), value);
    }

    /** Sets the address argument; unless {@link #canonical} says otherwise it is canonical as it is, or its IPv4 form is. */
    public FakeCall address(Address value) {
        address = value;
        return this;
    }

    /** Sets the form of the address that policy judges. */
    public FakeCall canonical(Address value) {
        canonical = value;
        return this;
    }

    /** The path of the address leads nowhere, for this errno. */
    public FakeCall unresolved(int errno) {
        unresolved = errno;
        return this;
    }

    /** Sets the socket that the descriptor refers to. */
    public FakeCall socket(Socket value) {
        socket = value;
        return this;
    }

    /** Sets the value that the call hands over. */
    public FakeCall data(Bytes value) {
        data = value;
        return this;
    }

    /** Sets what the call would open. */
    public FakeCall opening(Opening value) {
        opening = value;
        return this;
    }

    /** Sets who makes the call: the first thread of a process. */
    public FakeCall from(int pid, String command) {
        target = new FakeTarget(pid, pid, command);
        return this;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    long argument(int index) {
        return arguments[index];
    }

    int index(String argument) {
        List<String> names = new HostNames()
                .parameters(name).stream().map(Names.Parameter::name).toList();
        int index = names.indexOf(argument);
        if (index < 0) {
            throw new IllegalArgumentException(name + " has no argument " + argument + "; it has " + names);
        }
        return index;
    }

    Target target() {
        return target;
    }

    Optional<Socket> socket() {
        return Optional.ofNullable(socket);
    }

    Optional<Address> address() {
        return Optional.ofNullable(address);
    }

    /** The canonical form of an address that the call was made with, or that a translator put there. */
    Optional<Address> judged(Address of) {
        if (unresolved != 0) {
            return Optional.empty();
        }
        if (canonical != null && of.equals(address)) {
            return Optional.of(canonical);
        }
        return Optional.of(of instanceof Address.Inet inet ? inet.unmapped() : of);
    }

    int unresolved() {
        return unresolved;
    }

    Optional<Bytes> data() {
        return Optional.ofNullable(data);
    }

    Optional<Opening> opening() {
        return Optional.ofNullable(opening);
    }

    @Override
    public String toString() {
        return name + (address == null ? "" : " " + address);
    }

    /** Who makes a call. */
    private record FakeTarget(int tid, int pid, String command) implements Target {}
}
