/** Tests of synthetic interfaces, most of them against the kernel. */
@NullMarked
package org.sluice.target.net.synthetic;

import org.jspecify.annotations.NullMarked;
