package org.sluice.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Paths as the kernel takes them. */
public final class Paths {

    private Paths() {}

    /**
     * The bytes of a path in a block, with an ending NUL. The name is written as UTF-8; whoever has other bytes uses
     * {@link Block#cString}.
     */
    public static Block block(Path path) {
        return Block.cString(path.toString().getBytes(StandardCharsets.UTF_8));
    }
}
