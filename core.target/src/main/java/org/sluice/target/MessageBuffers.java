package org.sluice.target;

import java.util.ArrayDeque;
import org.sluice.linux.Block;

/** Native memory for messages, used again and again: new memory would be zeroed each time. Bounded; thread-safe. */
final class MessageBuffers {

    private static final int LIMIT = 16;

    private final ArrayDeque<Block> free = new ArrayDeque<>();

    /** Memory of {@link Message#SIZE} bytes with whatever is in it. */
    Block take() {
        Block block;
        synchronized (free) {
            block = free.pollFirst();
        }
        return block == null ? Block.allocate(Message.SIZE) : block;
    }

    /** Gives memory back that nobody uses any more. */
    void give(Block block) {
        synchronized (free) {
            if (free.size() < LIMIT) {
                free.addFirst(block);
            }
        }
    }
}
