package org.sluice.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.impl.ExternalTerminal;
import org.sluice.core.ShellSessions;

/**
 * A terminal at the other end of two streams. The client hands on every key; JLine does here what the kernel's line
 * discipline does for a terminal: signals, echo, lines. Carriage returns are the client's kernel's affair.
 */
final class RemoteTerminal extends ExternalTerminal {

    RemoteTerminal(InputStream typed, OutputStream shown, ShellSessions.Screen screen) throws IOException {
        super("sluice", known(screen.type()), typed, shown, StandardCharsets.UTF_8, SignalHandler.SIG_DFL, true);
        Attributes attributes = new Attributes();
        attributes.setInputFlags(EnumSet.of(InputFlag.ICRNL, InputFlag.IUTF8));
        attributes.setLocalFlags(EnumSet.of(LocalFlag.ISIG, LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.IEXTEN));
        attributes.setControlChar(ControlChar.VINTR, 3);
        attributes.setControlChar(ControlChar.VQUIT, 28);
        attributes.setControlChar(ControlChar.VERASE, 127);
        attributes.setControlChar(ControlChar.VEOF, 4);
        attributes.setControlChar(ControlChar.VSUSP, 26);
        attributes.setControlChar(ControlChar.VMIN, 1);
        setAttributes(attributes);
        setSize(new Size(screen.columns(), screen.rows()));
        resume();
    }

    /** One that JLine has a description of; for another it would start a program to ask. */
    static String known(String type) {
        if (type.startsWith("screen") || type.startsWith("tmux")) {
            return type.contains("256color") ? "screen-256color" : "screen";
        }
        if (type.contains("256color")) {
            return "xterm-256color";
        }
        return type.isEmpty() || type.equals("dumb") ? "dumb" : type.equals("linux") ? "ansi" : "xterm";
    }

    void resize(ShellSessions.Screen screen) {
        setSize(new Size(screen.columns(), screen.rows()));
        raise(Signal.WINCH);
    }

    /** Ends what reads from this terminal: it finds the end of its input. */
    void leave() {
        try {
            slaveInput.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
