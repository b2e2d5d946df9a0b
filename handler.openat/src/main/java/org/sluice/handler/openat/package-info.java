/** The file broker. */
@NullMarked
package org.sluice.handler.openat;

import org.jspecify.annotations.NullMarked;
