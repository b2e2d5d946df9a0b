/** Sandboxed child processes for programs on the JVM: one dependency, no framework. Begin with {@link org.sluice.Sluice}. */
@NullMarked
@Version("0.1.0")
package org.sluice;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
