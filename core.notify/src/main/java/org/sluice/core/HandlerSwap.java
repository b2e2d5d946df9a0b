package org.sluice.core;

import org.osgi.annotation.versioning.ProviderType;

/** Puts one bundle's handler in the place of another's, if it proves fit. A service; thread-safe. */
@ProviderType
public interface HandlerSwap {

    /**
     * Starts a bundle on trial, lets its handler show for each sandbox that it can take over (its traps, the migration of the
     * state, a smoke call), makes it active, and only then stops the bundle that offered the handler before. If anything of
     * that fails, the bundle before stays active, and the new one is uninstalled, or stopped if it was there before.
     *
     * @param handler the handler's name
     * @param bundle a path or URL of a bundle, or the number of one that is installed
     * @return what was done, in one line for people
     * @throws IllegalArgumentException if there is no such handler or bundle
     * @throws IllegalStateException if the new bundle was refused; the message says what failed
     * @throws InterruptedException if the caller was interrupted; nothing has changed then
     */
    String swap(String handler, String bundle) throws InterruptedException;
}
