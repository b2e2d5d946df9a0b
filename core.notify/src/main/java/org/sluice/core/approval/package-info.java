/** Approvals: somebody is asked about what no grant covers, and what was answered is remembered. */
@NullMarked
package org.sluice.core.approval;

import org.jspecify.annotations.NullMarked;
