/**
 * What a handler author compiles against: a {@link org.sluice.notify.SyscallHandler} is published as an OSGi service,
 * carries {@link org.sluice.notify.Handler @Handler} and {@link org.sluice.notify.Traps @Traps}, and answers the
 * {@linkplain org.sluice.notify.Call calls} of the sandboxes that take part.
 *
 * <p>Nothing here touches native code, and nothing here may be {@code null} unless it says so.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.notify;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
