/** Puts sandboxes together and takes them apart: filter, domain, process, chain, pump. */
@NullMarked
package org.sluice.core.sandbox;

import org.jspecify.annotations.NullMarked;
