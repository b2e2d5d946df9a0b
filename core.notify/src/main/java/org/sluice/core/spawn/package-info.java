/** Starting a target without fork, guarding it, and learning of its end. */
@NullMarked
package org.sluice.core.spawn;

import org.jspecify.annotations.NullMarked;
