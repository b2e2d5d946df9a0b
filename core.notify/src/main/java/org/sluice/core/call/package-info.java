/** From a notification to its answer: what is copied, how it is performed on the target's behalf, how it is answered. */
@NullMarked
package org.sluice.core.call;

import org.jspecify.annotations.NullMarked;
