package org.sluice.core;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The virtual interfaces of one sandbox. Its processes see a change at once, and those that listen for changes are told by
 * the kernel. Every method throws {@link IllegalArgumentException} with a line for people where it cannot be done, and
 * {@link IllegalStateException} once the sandbox has ended. Thread-safe.
 */
@ProviderType
public interface Links {

    /** What there is now, in the order of the numbers. */
    List<Line> lines();

    /**
     * Makes an interface.
     *
     * @param text {@code NAME=ADDRESS/LEN}, further addresses after commas
     */
    void add(String text);

    /** Removes an interface. */
    void remove(String name);

    /** Switches an interface on or off. */
    void set(String name, boolean up);

    /**
     * One interface.
     *
     * @param name its name
     * @param up whether it is switched on
     * @param mtu in bytes
     * @param mac its hardware address as text
     * @param addresses in the form {@code ADDRESS/LEN}
     */
    record Line(String name, boolean up, int mtu, String mac, List<String> addresses) {}
}
