/** Tests of the whole: the distribution, as a user runs it. */
@org.jspecify.annotations.NullMarked
package org.sluice.itest;
