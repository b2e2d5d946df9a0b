/** A few bytes of machine code that run prepared lists of system calls, for what Java cannot do after a clone(2). */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.target.stub;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
