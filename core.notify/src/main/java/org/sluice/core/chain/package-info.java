/** The handlers of all sandboxes and the way of one call through them. */
@NullMarked
package org.sluice.core.chain;

import org.jspecify.annotations.NullMarked;
