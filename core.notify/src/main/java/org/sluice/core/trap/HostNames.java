package org.sluice.core.trap;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sluice.linux.KernelConstants;
import org.sluice.linux.SyscallTable;

/** The names of traps, from this machine's system call table and the constants of the kernel's headers. */
public final class HostNames implements Names {

    private final SyscallTable table = SyscallTable.host();

    @Override
    public OptionalInt number(String syscall) {
        return table.has(syscall) ? OptionalInt.of(table.number(syscall)) : OptionalInt.empty();
    }

    @Override
    public String nearest(String syscall) {
        return table.nearest(syscall);
    }

    @Override
    public List<Parameter> parameters(String syscall) {
        return table.arguments(syscall).stream()
                .map(argument -> new Parameter(argument.name(), argument.bits()))
                .toList();
    }

    @Override
    public OptionalLong constant(String name) {
        return KernelConstants.value(name);
    }
}
