package org.sluice.handler.portmap;

import java.util.Optional;
import org.sluice.notify.Address;
import org.sluice.notify.Ports;
import org.sluice.notify.Socket;
import org.sluice.notify.Verdict;

/** Where calls end: a table of ports that can be changed. */
interface Kernel extends Ports {

    /** Performs a call as the core does. */
    Verdict perform(String call, Socket socket, Optional<Address> address, boolean exclusive);
}
