/** The bundle's side of the framework: components of Declarative Services around plain Java. */
@NullMarked
package org.sluice.core.ds;

import org.jspecify.annotations.NullMarked;
