/** Safe bind: an address that the sandbox bound may be connected to from inside it. */
@NullMarked
package org.sluice.handler.bind;

import org.jspecify.annotations.NullMarked;
