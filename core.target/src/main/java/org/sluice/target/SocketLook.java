package org.sluice.target;

import java.lang.ref.Reference;
import java.util.Optional;
import org.sluice.linux.Block;
import org.sluice.linux.Nr;
import org.sluice.notify.Address;
import org.sluice.target.stub.Steps;
import org.sluice.target.stub.Stub;

/**
 * Asks the kernel several things about a socket at once. Each way out to native code costs more than the question, so the
 * calls of one question are made by one run of {@link Stub}. Belongs to one thread; answers are worth nothing after the
 * next question.
 */
final class SocketLook {

    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_TYPE = 3;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;
    private static final int SO_COOKIE = 57;
    private static final int SO_NETNS_COOKIE = 71;

    private static final int AT_EMPTY_PATH = 0x1000;

    private static final long INT = 0xffff_ffffL;

    /** Where st_ino stands in struct stat, on x86-64 and aarch64. */
    private static final int ST_INO = 8;

    /** One socket option: its step, and where its value and length stand. */
    private record Option(Steps.Step step, Block value, int size) {

        static Option of(Steps steps, int name, int size) {
            Block value = Block.allocate(16);
            long at = steps.keep(value);
            return new Option(steps.call(Nr.GETSOCKOPT, 0, SOL_SOCKET, name, at, at + 8), value, size);
        }

        void prepare(int fd) {
            step.give(0, fd);
            value.putLong(0, 0).putInt(8, size);
        }

        /** The value, or a negative errno. */
        long get() {
            return step.result() < 0 ? step.result() : size == 8 ? value.getLong(0) : value.getInt(0);
        }
    }

    private final Steps taking = new Steps(3);
    private final Steps.Step take;
    private final Option domain;

    private final Steps describing = new Steps(6);
    private final Option type;
    private final Option protocol;
    private final Option cookie;
    private final Option namespace;
    private final Block stat = Block.allocate(256);
    private final Steps.Step inode;

    private final Steps reusing = new Steps(3);
    private final Option reuseAddress;
    private final Option reusePort;

    private final Steps binding = new Steps(3);
    private final Steps.Step plainBind;
    private final Steps.Step plainName;

    private final Steps claiming = new Steps(7);
    private final Option claimsAddress;
    private final Option claimsPort;
    private final Steps.Step bind;
    private final Steps.Step getName;
    private Steps.Step named;
    private final Block name = Block.allocate(SocketAddresses.CAPACITY);
    private final Block nameLength = Block.allocate(8);

    SocketLook() {
        take = taking.call(Nr.PIDFD_GETFD);
        domain = Option.of(taking, SO_DOMAIN, 4);
        take.storeAt(domain.step().argument(0)).onError(taking.end());

        type = Option.of(describing, SO_TYPE, 4);
        protocol = Option.of(describing, SO_PROTOCOL, 4);
        cookie = Option.of(describing, SO_COOKIE, 8);
        namespace = Option.of(describing, SO_NETNS_COOKIE, 8);
        long empty = describing.keep(Block.allocate(1));
        inode = describing.call(Nr.NEWFSTATAT, 0, empty, describing.keep(stat), AT_EMPTY_PATH);
        describing.end();

        reuseAddress = Option.of(reusing, SO_REUSEADDR, 4);
        reusePort = Option.of(reusing, SO_REUSEPORT, 4);
        reusing.end();

        plainBind = binding.call(Nr.BIND);
        plainName = binding.call(Nr.GETSOCKNAME, 0, binding.keep(name), binding.keep(nameLength));
        plainBind.onError(binding.end());
        named = plainName;

        claimsAddress = Option.of(claiming, SO_REUSEADDR, 4);
        Steps.Step addressIsOff = claiming.test(claimsAddress.value().address(), INT);
        claimsPort = Option.of(claiming, SO_REUSEPORT, 4);
        Steps.Step portIsOff = claiming.test(claimsPort.value().address(), INT);
        bind = claiming.call(Nr.BIND);
        getName = claiming.call(Nr.GETSOCKNAME, 0, claiming.keep(name), claiming.keep(nameLength));
        Steps.Step end = claiming.end();
        claimsAddress.step().onError(end);
        addressIsOff.onEqual(0, claimsPort.step()).otherwise(end);
        claimsPort.step().onError(end);
        portIsOff.onEqual(0, bind).otherwise(end);
        bind.onError(end);
    }

    /** Copies a descriptor of a process and asks for its {@link #domain}; the copy, or a negative errno. */
    int take(int pidfd, int number) {
        domain.prepare(0);
        take.give(0, pidfd).give(1, number);
        Stub.run(taking);
        return (int) domain.step().given(0);
    }

    /** SO_DOMAIN of what was {@linkplain #take taken}, or a negative errno. */
    int domain() {
        return (int) domain.get();
    }

    /** Asks for what never changes about a socket. */
    void describe(int fd) {
        type.prepare(fd);
        protocol.prepare(fd);
        cookie.prepare(fd);
        namespace.prepare(fd);
        inode.give(0, fd);
        Stub.run(describing);
    }

    /** SO_TYPE of what was {@linkplain #describe described}, or a negative errno; likewise the others. */
    long type() {
        return type.get();
    }

    long protocol() {
        return protocol.get();
    }

    long cookie() {
        return cookie.get();
    }

    long namespace() {
        return namespace.get();
    }

    long inode() {
        return inode.result() < 0 ? inode.result() : stat.getLong(ST_INO);
    }

    /**
     * Binds a socket and asks for the name that it then has.
     *
     * @param address the first {@code length} bytes of it
     * @return 0 or a negative errno
     */
    int bind(int fd, Block address, int length) {
        run(binding, plainBind, plainName, fd, address, length);
        return (int) plainBind.result();
    }

    /** Runs a program that binds and asks for the name. */
    private void run(Steps program, Steps.Step bind, Steps.Step getName, int fd, Block address, int length) {
        named = getName;
        bind.give(0, fd).give(1, address.address()).give(2, length);
        getName.give(0, fd);
        nameLength.putInt(0, SocketAddresses.CAPACITY);
        try {
            Stub.run(program);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /**
     * Binds a socket if neither of the options is set that let a port be shared, and asks for the name that it then has.
     *
     * @param address the first {@code length} bytes of it
     * @return whether the bind was tried; if not, nothing has been done
     */
    boolean claim(int fd, Block address, int length) {
        claimsAddress.prepare(fd);
        claimsPort.prepare(fd);
        run(claiming, bind, getName, fd, address, length);
        return claimsAddress.get() == 0 && claimsPort.get() == 0;
    }

    /** The result of a bind by {@link #claim}: 0 or a negative errno. */
    int claimed() {
        return (int) bind.result();
    }

    /** The name after a {@link #claim} or {@link #bind} that succeeded; empty if there is none. */
    Optional<Address> name() {
        return named.result() < 0 || nameLength.getInt(0) < SocketAddresses.FAMILY_SIZE
                ? Optional.empty()
                : Optional.of(SocketAddresses.decode(name, 0, nameLength.getInt(0)));
    }

    /** Asks for the two options that let a port be shared. */
    void askReuse(int fd) {
        reuseAddress.prepare(fd);
        reusePort.prepare(fd);
        Stub.run(reusing);
    }

    /** SO_REUSEADDR after {@link #askReuse}; 0 where the socket has no such option. */
    int reuseAddress() {
        return (int) Math.max(0, reuseAddress.get());
    }

    /** SO_REUSEPORT; likewise. */
    int reusePort() {
        return (int) Math.max(0, reusePort.get());
    }
}
