package org.sluice.notify;

import org.osgi.annotation.versioning.ProviderType;

/** The rest of the chain, as one handler sees it. Valid only during the {@code handle} that it was given to. */
@ProviderType
public interface Chain {

    /**
     * Passes the call on to the next handler and in the end to the kernel. May block for as long as the call does.
     *
     * <p>A handler of {@link Stage#TRANSLATE} may pass on another call than it was given ({@link Call#withAddress}), and
     * may proceed again after a failure.
     *
     * @param call the call that the handler was given, or one derived from it
     * @return what the rest of the chain answered
     * @throws IllegalStateException if the handler already proceeded and succeeded, or its stage may not do this
     */
    Verdict proceed(Call call);
}
