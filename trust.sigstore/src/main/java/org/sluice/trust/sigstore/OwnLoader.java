package org.sluice.trust.sigstore;

import java.util.function.Supplier;

/**
 * Work with this bundle's class loader as the thread's: libraries look there for what belongs to them, and the supervisor's
 * threads have none, or a program's.
 */
final class OwnLoader {

    private OwnLoader() {}

    static <T> T with(Supplier<T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(OwnLoader.class.getClassLoader());
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
