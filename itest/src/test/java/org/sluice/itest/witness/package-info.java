/** A handler bundle of a third party: what is here goes into jars that tests drop into a supervisor. */
@org.jspecify.annotations.NullMarked
package org.sluice.itest.witness;
