/** What the commands do, inside the framework, where the core's types are those of the core's bundles. */
@NullMarked
package org.sluice.launcher.inside;

import org.jspecify.annotations.NullMarked;
