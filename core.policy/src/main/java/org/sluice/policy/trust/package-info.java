/** Files whose content has to be trusted before it is read: by its digest in a signed list, or by a signature. */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.policy.trust;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
