package org.sluice.target;

import org.jspecify.annotations.Nullable;
import org.sluice.notify.Address.UnixAbstract;
import org.sluice.notify.Bytes;

/**
 * Where a Unix socket listens: a file by the low bits of its inode, or a name. Two files of different devices may look the
 * same, which only ever makes an answer less certain.
 *
 * @param type the sockets' type: stream and seqpacket sockets may have the same name
 */
record Place(int type, int inode, @Nullable Bytes name) {

    /** Where a socket connects to: a file, a name, or neither. */
    static @Nullable Place of(PinnedSocket client, @Nullable PinnedPath object, @Nullable UnixAbstract name) {
        if (name != null) {
            return new Place(client.type(), 0, name.name());
        }
        return object == null
                ? null
                : new Place(client.type(), (int) Inode.of(object.fd()).number(), null);
    }

    /** Where a socket listens, or the listener that it was accepted from. */
    static @Nullable Place of(PinnedSocket socket, UnixTable.Entry entry) {
        if (entry.file().isPresent()) {
            return new Place(socket.type(), entry.file().get().inode(), null);
        }
        return socket.local().orElse(null) instanceof UnixAbstract name
                ? new Place(socket.type(), 0, name.name())
                : null;
    }
}
