/** Sandboxed child processes for programs on the JVM: one dependency, no framework. Begin with {@link org.sluice.Sluice}. */
@NullMarked
package org.sluice;

import org.jspecify.annotations.NullMarked;
