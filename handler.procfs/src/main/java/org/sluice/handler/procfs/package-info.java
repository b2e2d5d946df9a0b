/** What a sandbox sees of procfs and sysfs, and files with another content. */
@NullMarked
package org.sluice.handler.procfs;

import org.jspecify.annotations.NullMarked;
