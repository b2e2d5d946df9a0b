package org.sluice.target.net;

import java.util.List;

/**
 * The interfaces that a sandbox sees instead of the machine's. Changes that the kernel refuses, or would refuse, are a
 * {@link org.sluice.linux.SysException} that names the interface. Thread-safe.
 */
public interface VirtualNetwork extends AutoCloseable {

    /** Makes the interfaces. */
    void furnish(Topology topology);

    /** Makes one more interface. */
    void add(Link link);

    /** Removes an interface. */
    void remove(String name);

    /** Switches an interface on or off. */
    void set(String name, boolean up);

    /** The interfaces as they are now, in the order of their numbers. */
    List<LinkState> states();

    @Override
    void close();
}
