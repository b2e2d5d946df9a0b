/** The network decision: which IP addresses a sandbox may connect to and bind. */
@NullMarked
package org.sluice.handler.connect;

import org.jspecify.annotations.NullMarked;
