package org.sluice.core.chain;

import java.util.Optional;
import org.sluice.notify.Address;

/**
 * A call as it stands at one link of the chain.
 *
 * @param address what would be performed
 * @param judged what deciders judge: the same, or the virtual form of it
 * @param exclusive see {@code Call.exclusive}
 * @param unjudged whether {@code judged} has not been past the deciders
 */
record Request(Optional<Address> address, Optional<Address> judged, boolean exclusive, boolean unjudged) {

    static Request of(Notification notification) {
        Optional<Address> address = notification.address();
        return new Request(address, address, false, false);
    }

    /** With another address; {@code trusted} where it may be judged by the form it had before. */
    Request withAddress(Address next, boolean trusted) {
        Optional<Address> changed = Optional.of(next);
        return trusted && address.isPresent() && onlyPortDiffers(address.get(), next)
                ? new Request(changed, judged, exclusive, unjudged)
                : new Request(changed, changed, exclusive, true);
    }

    Request claimed() {
        return new Request(address, judged, true, unjudged);
    }

    Request accepted() {
        return new Request(address, judged, exclusive, false);
    }

    private static boolean onlyPortDiffers(Address before, Address after) {
        return before instanceof Address.Inet old
                && after instanceof Address.Inet next
                && old.withPort(next.port()).equals(next);
    }
}
