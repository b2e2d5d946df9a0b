/**
 * The one door to native code: raw system calls, native memory, errno, and the layouts of the kernel's structures.
 * Version 0.x: no promise to third parties.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.linux;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
