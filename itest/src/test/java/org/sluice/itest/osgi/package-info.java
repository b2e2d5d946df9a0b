/** Tests inside a framework: the project's bundles as they are built, seen by a bundle among them. */
@org.jspecify.annotations.NullMarked
package org.sluice.itest.osgi;
