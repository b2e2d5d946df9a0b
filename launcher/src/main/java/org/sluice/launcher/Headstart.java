package org.sluice.launcher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Objects;
import java.util.logging.Logger;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.slf4j.LoggerFactory;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Has the JDK prepare, on a thread beside the framework's start, what it prepares once for a process and what the start
 * would wait for later. Nothing depends on it: who comes first prepares, and the other one finds it ready.
 */
final class Headstart implements Runnable {

    private Headstart() {}

    /** Begins; returns at once. */
    static void begin() {
        // Else each reader of components searches the class path for another parser.
        SAXParserFactory parsers = SAXParserFactory.newDefaultInstance();
        System.setProperty(SAXParserFactory.class.getName(), parsers.getClass().getName());
        Thread thread = new Thread(new Headstart(), "sluice-headstart");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            // Declarative Services read their components from XML.
            byte[] least = "<a xmlns=\"a\" b=\"c\">d</a>".getBytes(StandardCharsets.UTF_8);
            SAXParserFactory parsers = SAXParserFactory.newInstance();
            parsers.setNamespaceAware(true);
            parsers.newSAXParser().parse(new ByteArrayInputStream(least), new DefaultHandler());
            // And find them as addresses in jars, with a type and a time.
            URLConnection.guessContentTypeFromName("a.xml");
            Objects.requireNonNull(ZoneId.systemDefault());
            // JNA logs by it.
            Logger.getLogger(Headstart.class.getName());
        } catch (ParserConfigurationException | SAXException | IOException e) {
            // Whoever needs it says so; here it would only have been earlier.
            LoggerFactory.getLogger(Headstart.class).debug("nothing was prepared", e);
        }
    }
}
