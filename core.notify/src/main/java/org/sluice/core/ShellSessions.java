package org.sluice.core;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** Runs sessions of the shell for clients of a running supervisor. Published as a service by the shell; thread-safe. */
@ProviderType
public interface ShellSessions {

    /**
     * Runs a session on the calling thread until the client has left it, its program is done or its input has ended.
     *
     * @return the exit status for the client, 0 if the last command succeeded, else 1
     */
    int run(Client client);

    /** Who asked for a session. Its methods are called by the session's threads; the streams never close by themselves. */
    @ConsumerType
    interface Client {

        /** What the client types. */
        InputStream in();

        /** Where results go. */
        OutputStream out();

        /** Where complaints go, if there is no terminal. */
        OutputStream err();

        /** The one thing to run; empty for a session that reads its commands from {@link #in}. */
        Optional<String> program();

        /** The client's terminal; empty if its commands come from elsewhere. */
        Optional<Screen> screen();

        /** Takes whom to tell of the client's end and of a new size; called once, before anything else. */
        void listen(Listener listener);
    }

    /** Hears of what a client's terminal does. Called on any thread. */
    @ProviderType
    interface Listener {

        /** The terminal has another size now. */
        void resized(Screen screen);

        /** The client has gone, or wants the session to end: what runs in it is to be interrupted. */
        void hungUp();
    }

    /**
     * A terminal.
     *
     * @param type what the client's variable TERM says
     * @param columns its width in characters
     * @param rows its height in lines
     */
    record Screen(String type, int columns, int rows) {}
}
