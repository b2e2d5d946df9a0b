/**
 * Filters: a compiler from rules to seccomp(2) programs, the deny list that every sandbox has, and the listener through
 * which the kernel hands calls over. Version 0.x: no promise to third parties.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.bpf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
