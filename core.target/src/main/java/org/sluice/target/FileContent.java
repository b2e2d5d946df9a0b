package org.sluice.target;

import java.io.ByteArrayOutputStream;
import org.sluice.linux.Block;
import org.sluice.linux.Errno;
import org.sluice.linux.Linux;
import org.sluice.linux.Nr;
import org.sluice.notify.Bytes;

/** Reads whole files (read(2)). */
final class FileContent {

    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int PIECE = 1 << 16;

    private FileContent() {}

    /**
     * Reads a file from its beginning and closes it.
     *
     * @param fd a descriptor of a file that has not been read from, or a negative errno, which is passed on
     * @param most the most bytes
     */
    static Attempt<Bytes> readAndClose(int fd, int most) {
        if (fd < 0) {
            return Attempt.failed(-fd);
        }
        try {
            return (Inode.of(fd).mode() & S_IFMT) == S_IFREG ? read(fd, most) : Attempt.failed(Errno.EINVAL);
        } finally {
            Linux.close(fd);
        }
    }

    private static Attempt<Bytes> read(int fd, int most) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Block piece = Block.allocate(PIECE);
        while (true) {
            long got = piece.with(at -> Linux.call(Nr.READ, fd, at, PIECE));
            if (got == 0) {
                return Attempt.of(Bytes.of(content.toByteArray()));
            }
            if (got < 0 && got != -Errno.EINTR) {
                return Attempt.failed((int) -got);
            }
            if (content.size() + got > most) {
                return Attempt.failed(Errno.EFBIG);
            }
            content.writeBytes(piece.get(0, (int) Math.max(0, got)));
        }
    }
}
