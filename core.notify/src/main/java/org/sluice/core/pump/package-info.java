/** Receives notifications: one thread of a sandbox waits in the kernel, the others work. */
@NullMarked
package org.sluice.core.pump;

import org.jspecify.annotations.NullMarked;
