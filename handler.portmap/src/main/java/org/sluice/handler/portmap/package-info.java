/** Virtual ports: two sandboxes bind the same port, and each sees its own. */
@NullMarked
package org.sluice.handler.portmap;

import org.jspecify.annotations.NullMarked;
