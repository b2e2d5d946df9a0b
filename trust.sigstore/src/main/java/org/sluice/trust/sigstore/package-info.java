/** Sigstore bundles, verified without a network by sigstore-java. */
@NullMarked
package org.sluice.trust.sigstore;

import org.jspecify.annotations.NullMarked;
