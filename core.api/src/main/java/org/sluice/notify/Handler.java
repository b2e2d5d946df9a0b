package org.sluice.notify;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Names a {@link SyscallHandler} and gives its place in the chain. */
@ComponentPropertyType
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Handler {

    /** The common beginning of the service properties that this annotation becomes. */
    String PREFIX_ = "sluice.handler.";

    /**
     * The handler's identity: key of its state, its profile section, its metrics. Lower-case letters, digits, dots and
     * dashes; third parties use reverse-DNS. Of several services with one name the one with the highest ranking, then
     * the newest version, is active and the others stand by.
     */
    String name();

    /** The place in the chain. */
    Stage stage();

    /** The version of the state that this handler keeps, 1 or higher. */
    int schema() default 1;
}
