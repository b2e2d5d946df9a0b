package org.sluice.core.call;

import org.sluice.linux.Errno;
import org.sluice.linux.Nr;
import org.sluice.notify.Verdict;
import org.sluice.target.net.NetworkNamespace;
import org.sluice.target.net.RouteSockets;

/** Performs calls in the network namespace of a sandbox. Thread-safe. */
final class PrivateCalls implements PrivateAnswers {

    private final NetworkNamespace network;
    private final DeviceCalls devices;
    private final RouteSockets routes;
    private final SendCall sends;

    PrivateCalls(NetworkNamespace network, Hands hands) {
        this.sends = new SendtoCall(hands);
        this.network = network;
        this.routes = new RouteSockets(network);
        this.devices = new DeviceCalls(network);
    }

    @Override
    public Verdict perform(ReceivedCall call) {
        if (call.number() == Nr.SOCKET) {
            return socket(call);
        }
        if (call.number() == Nr.IOCTL) {
            return devices.perform(call);
        }
        return isSend(call.number()) ? sends.performToKernel(call) : Verdict.failure(Errno.EPERM);
    }

    private static boolean isSend(int number) {
        return number == Nr.SENDTO || number == Nr.SENDMSG || number == Nr.SENDMMSG;
    }

    /** socket(2): family, type with flags, protocol. */
    private Verdict socket(ReceivedCall call) {
        int type = (int) call.argument(1);
        if ((type & ~(SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK)) != 0) {
            return Verdict.failure(Errno.EINVAL);
        }
        int family = (int) call.argument(0);
        int protocol = (int) call.argument(2);
        int opened = RouteSockets.match(family, type, protocol)
                ? routes.take((type & SOCK_NONBLOCK) != 0)
                : network.open(family, type, protocol);
        if (opened < 0) {
            return Verdict.failure(-opened);
        }
        // The call's from here on: it is closed when the call has been answered, whatever becomes of the verdict.
        call.gives(opened);
        return Verdict.handing(new Verdict.Handed(opened, (type & SOCK_CLOEXEC) != 0));
    }

    @Override
    public void close() {
        devices.close();
        routes.close();
    }
}
