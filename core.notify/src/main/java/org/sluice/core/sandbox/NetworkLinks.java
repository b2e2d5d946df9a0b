package org.sluice.core.sandbox;

import java.util.List;
import java.util.StringJoiner;
import org.sluice.core.Links;
import org.sluice.linux.SysException;
import org.sluice.notify.Bytes;
import org.sluice.target.net.Topology;
import org.sluice.target.net.VirtualNetwork;

/** The interfaces of a private network, for those who administer it. */
record NetworkLinks(VirtualNetwork network) implements Links {

    @Override
    public List<Line> lines() {
        return network.states().stream()
                .map(link -> new Line(link.name(), link.up(), link.mtu(), text(link.mac()), link.addresses()))
                .toList();
    }

    @Override
    public void add(String text) {
        change(() -> network.add(Topology.brief(text)));
    }

    @Override
    public void remove(String name) {
        change(() -> network.remove(name));
    }

    @Override
    public void set(String name, boolean up) {
        change(() -> network.set(name, up));
    }

    private static void change(Runnable change) {
        try {
            change.run();
        } catch (SysException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String text(Bytes mac) {
        StringJoiner text = new StringJoiner(":");
        for (int i = 0; i < mac.length(); i++) {
            text.add(String.format("%02x", mac.at(i)));
        }
        return text.toString();
    }
}
