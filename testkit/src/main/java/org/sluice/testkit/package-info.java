/**
 * Tests of handlers. {@link org.sluice.testkit.TestSandbox} runs real programs on this machine's kernel with the handlers
 * under test, without a framework; {@link org.sluice.testkit.SandboxExtension} gives one to each test of JUnit.
 * {@link org.sluice.testkit.FakeChain} offers made-up calls to a handler, without a kernel.
 */
@NullMarked
@Version("0.1.0")
package org.sluice.testkit;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
