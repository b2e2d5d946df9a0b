/** The allowlist of Unix sockets. */
@NullMarked
package org.sluice.handler.unix;

import org.jspecify.annotations.NullMarked;
