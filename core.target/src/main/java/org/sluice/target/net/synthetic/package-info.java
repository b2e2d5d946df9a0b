/**
 * Virtual interfaces without a network namespace: sockets whose other end is answered by this process as rtnetlink(7) would
 * answer. What is told, and in which order, was taken down from a kernel (Linux 6.18); names and numbers are those of
 * linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h, linux/fib_rules.h and linux/netconf.h.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.target.net.synthetic;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
