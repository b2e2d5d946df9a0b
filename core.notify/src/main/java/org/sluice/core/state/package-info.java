/** What handlers keep for a sandbox, held by the core so that it outlives them. */
@NullMarked
package org.sluice.core.state;

import org.jspecify.annotations.NullMarked;
