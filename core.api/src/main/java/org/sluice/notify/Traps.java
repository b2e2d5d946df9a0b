package org.sluice.notify;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * The system calls that a {@link SyscallHandler} may ever see. The grammar of a trap:
 *
 * <pre>
 * trap      = syscall [ "(" condition { "," condition } ")" ] ;
 * condition = argument ( "=" constants | "&amp;" constant [ "=" constants ] | "!=" "0" ) ;
 * constants = constant { "|" constant } ;
 * constant  = decimal | "0x" hexadecimal | NAME ;
 * </pre>
 *
 * <p>{@code syscall} and {@code argument} are names of the system call table, {@code NAME} is a constant of the
 * kernel's headers such as {@code AF_NETLINK}. Conditions inside one trap are joined by <i>and</i>, traps by <i>or</i>. An
 * ampersand alone asks for any bit of the constant; with an equals sign, what the bits under that mask have to be. They
 * look at registers alone and are compiled into the filter: a call that they exclude costs nothing.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Traps {

    /** The common beginning of the service properties that this annotation becomes; {@link #value} is named after it. */
    String PREFIX_ = "sluice.handler.";

    /** The traps, one per string. */
    String[] value();

    /** How the trapped calls end. */
    Access access() default Access.PERFORM;

    /** How a call that every handler passed on is brought to its end. */
    enum Access {
        /**
         * The core copies what the arguments point to before the first handler runs, and performs the call from that
         * copy. A call whose arguments are all plain numbers is continued in the kernel.
         */
        PERFORM,
        /** Handlers see registers alone; the call may be continued in the kernel, which then reads the memory itself. */
        REGISTERS
    }
}
