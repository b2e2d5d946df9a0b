package org.sluice.core.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.sluice.core.chain.Fixture.DONE;
import static org.sluice.core.chain.Fixture.bind;
import static org.sluice.core.chain.Fixture.describe;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.notify.Stage;
import org.sluice.notify.SyscallHandler;
import org.sluice.notify.Verdict;

/** Once a handler has left, nothing in the core keeps its class loader. */
class LeakTest {

    private static final int COLLECTIONS = 50;
    private static final long COLLECTION_MILLIS = 20;

    private final Fixture fixture = new Fixture();
    private final ReferenceQueue<ClassLoader> gone = new ReferenceQueue<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void classLoaderOfAReplacedHandlerGoes() throws Exception {
        SandboxChain chain = fixture.open("guest", "broken");

        WeakReference<ClassLoader> loader = visit(chain, "guest");

        assertSame(DONE, bind(chain));
        assertGone(loader);
        assertEquals(1L, fixture.state.open("guest", 1).get("count", Long.class).orElseThrow());
    }

    @Test
    void classLoaderOfAHandlerThatFailedGoes() throws Exception {
        SandboxChain chain = fixture.open("broken");

        WeakReference<ClassLoader> loader = visit(chain, "broken");

        assertEquals(5, chain.metrics("broken").failures());
        assertGone(loader);
    }

    /** In a frame of its own, so that nothing of the visit is left on the stack. */
    private WeakReference<ClassLoader> visit(SandboxChain chain, String name) throws Exception {
        URL classes = Guest.class.getProtectionDomain().getCodeSource().getLocation();
        try (Throwaway loader = new Throwaway(classes)) {
            SyscallHandler handler = (SyscallHandler) loader.loadClass(Guest.class.getName())
                    .getConstructor(boolean.class)
                    .newInstance(name.equals("broken"));
            assertSame(loader, handler.getClass().getClassLoader());
            Registration registration = fixture.add(describe(name, Stage.LEARN, 0, "1.0"), handler);
            for (int i = 0; i < 6; i++) {
                Verdict verdict = bind(chain);
                assertEquals(name.equals("broken"), !verdict.succeeded());
            }
            fixture.add(describe(name, Stage.LEARN, 1, "2.0"), (call, next) -> {
                call.state().update("count", old -> 1L);
                return next.proceed(call);
            });
            bind(chain);
            registration.close();
            return new WeakReference<>(loader, gone);
        }
    }

    private void assertGone(WeakReference<ClassLoader> loader) throws InterruptedException {
        for (int i = 0; i < COLLECTIONS && loader.get() != null; i++) {
            System.gc();
            gone.remove(COLLECTION_MILLIS);
        }
        assertNull(loader.get(), "the class loader of a handler that left is still reachable");
    }

    /** A handler whose state, failures and thread all could hold on to its class. */
    public static final class Guest implements SyscallHandler {

        private final boolean broken;

        /** Broken or not. */
        public Guest(boolean broken) {
            this.broken = broken;
        }

        @Override
        public Verdict handle(org.sluice.notify.Call call, org.sluice.notify.Chain chain) {
            call.state().update("keys", old -> new Keys());
            Verdict verdict = chain.proceed(call);
            if (broken) {
                throw new Failure();
            }
            return verdict;
        }
    }

    /** A list of the handler's own making. */
    public static final class Keys extends java.util.ArrayList<String> {}

    /** An exception of the handler's own making. */
    public static final class Failure extends RuntimeException {}

    /** Defines this test's handler anew and takes everything else from the parent. */
    private static final class Throwaway extends URLClassLoader {

        Throwaway(URL classes) {
            super(new URL[] {classes}, LeakTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (name.startsWith(LeakTest.class.getName() + "$")) {
                    Class<?> known = findLoadedClass(name);
                    return known == null ? findClass(name) : known;
                }
                return super.loadClass(name, resolve);
            }
        }
    }
}
