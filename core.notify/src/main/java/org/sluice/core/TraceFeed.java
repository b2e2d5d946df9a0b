package org.sluice.core;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The calls of a sandbox from the opening of the feed on. No call waits for a feed: what is not fetched in time is dropped,
 * and counted. For one thread; feeds are independent of each other.
 */
@ProviderType
public interface TraceFeed extends AutoCloseable {

    /** What came since the last time, oldest first. */
    List<TraceRecord> next();

    /** How many records were dropped so far because they were not fetched in time. */
    long dropped();

    @Override
    void close();
}
