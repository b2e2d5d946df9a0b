/** The traps of handlers: their grammar, their union for the filter, and the check per handler. */
@NullMarked
package org.sluice.core.trap;

import org.jspecify.annotations.NullMarked;
