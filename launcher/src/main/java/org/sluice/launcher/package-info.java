/** The {@code sluice} command on the class path: the command line, the embedded framework, signals. */
@NullMarked
package org.sluice.launcher;

import org.jspecify.annotations.NullMarked;
