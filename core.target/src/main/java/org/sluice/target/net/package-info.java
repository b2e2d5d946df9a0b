/**
 * A network namespace of a sandbox's own (network_namespaces(7)), in which it sees interfaces that are none of the
 * machine's: how it is made, furnished with rtnetlink(7), and asked.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.target.net;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
