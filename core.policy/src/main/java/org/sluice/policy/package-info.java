/** What a sandbox may do: rules, profiles, the reasons of a decision, denials and the audit file. */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.policy;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
