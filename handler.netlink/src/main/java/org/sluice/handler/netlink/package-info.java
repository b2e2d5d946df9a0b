/** Virtual network interfaces: netlink(7) and netdevice(7) tell of them instead of the machine's. */
@NullMarked
package org.sluice.handler.netlink;

import org.jspecify.annotations.NullMarked;
