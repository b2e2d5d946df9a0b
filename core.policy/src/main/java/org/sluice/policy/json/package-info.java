/** JSON with comments, read into a tree that knows its lines. Not exported. */
@NullMarked
package org.sluice.policy.json;

import org.jspecify.annotations.NullMarked;
