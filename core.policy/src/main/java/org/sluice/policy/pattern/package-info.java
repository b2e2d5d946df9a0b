/** The patterns of rules, compiled. Not exported. */
@NullMarked
package org.sluice.policy.pattern;

import org.jspecify.annotations.NullMarked;
