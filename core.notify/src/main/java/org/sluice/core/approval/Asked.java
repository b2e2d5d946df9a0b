package org.sluice.core.approval;

import java.time.Duration;
import org.sluice.notify.ApprovalRequest;
import org.sluice.notify.Bytes;

/** A request as it is handed to backends. */
record Asked(
        long id, String sandbox, int pid, String command, Bytes path, boolean reads, boolean writes, Duration timeout)
        implements ApprovalRequest {}
