/**
 * The processes of a sandbox as the supervisor meets them: their memory, descriptors, sockets and paths, and the calls
 * that are made on their behalf. Everything is known by what it is (a pinned descriptor, a cookie, a pidfd), never by a
 * number that the target may give to something else in the meantime.
 */
@Export
@Version("0.1.0")
@NullMarked
package org.sluice.target;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
