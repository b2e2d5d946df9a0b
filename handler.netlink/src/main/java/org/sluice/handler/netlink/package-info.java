/** Safe netlink: an address that the sandbox bound may be connected to from inside it. */
@NullMarked
package org.sluice.handler.netlink;

import org.jspecify.annotations.NullMarked;
