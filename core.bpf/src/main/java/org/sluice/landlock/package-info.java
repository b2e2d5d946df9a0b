/**
 * Landlock, landlock(7): what the kernel itself enforces for a sandbox. Version 0.x: no promise to third parties.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.landlock;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
