/** Benchmarks: programs that are run by hand and print what they measured. */
@NullMarked
package org.sluice.bench;

import org.jspecify.annotations.NullMarked;
