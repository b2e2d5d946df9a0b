/** The {@code sluice:*} commands of the Felix shell. */
@NullMarked
package org.sluice.shell;

import org.jspecify.annotations.NullMarked;
