package org.sluice.testkit;

import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test of JUnit Jupiter a {@link TestSandbox} of its own, and closes it when the test and its {@code @AfterEach}
 * methods have ended:
 *
 * <pre>{@code
 * @ExtendWith(SandboxExtension.class)
 * class ParentTest {
 *     @Test
 *     void answers(TestSandbox sandbox) {
 *         sandbox.add(new Parent());
 *         assertEquals("42\n", sandbox.run("sh", "-c", "echo $PPID").out());
 *     }
 * }
 * }</pre>
 *
 * A {@code @BeforeEach} method may have the parameter too; it gets the same one as its test. Thread-safe.
 */
public final class SandboxExtension implements ParameterResolver, AfterEachCallback {

    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(SandboxExtension.class);

    /** What an instance keeps stands with the test. */
    public SandboxExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestSandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getDeclaringExecutable() instanceof Constructor
                || context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("a TestSandbox belongs to one test; make it a parameter of the test"
                    + " method or of a @BeforeEach method, not of " + parameter.getDeclaringExecutable());
        }
        ExtensionContext.Store store = context.getStore(HERE);
        @Nullable TestSandbox known = store.get(TestSandbox.class, TestSandbox.class);
        if (known != null) {
            return known;
        }
        TestSandbox made = new TestSandbox();
        store.put(TestSandbox.class, made);
        return made;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        @Nullable TestSandbox known = context.getStore(HERE).remove(TestSandbox.class, TestSandbox.class);
        if (known != null) {
            known.close();
        }
    }
}
