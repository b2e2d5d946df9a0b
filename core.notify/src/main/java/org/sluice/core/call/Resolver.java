package org.sluice.core.call;

import org.sluice.notify.Address;

/** Finds the path of a Unix socket as the target's kernel would, and pins what it finds. Thread-safe. */
interface Resolver {

    /**
     * Resolves a path for bind(2) (the parent is pinned, the last name is not followed) or connect(2) (the object itself).
     *
     * @param tid the target's thread, whose root and working directory count
     * @param syscall {@code bind} or {@code connect}
     */
    Resolved resolve(int tid, String syscall, Address.UnixPath path);
}
