/** Sandboxes: start a command under the supervisor, watch it, end it. */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.core;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
