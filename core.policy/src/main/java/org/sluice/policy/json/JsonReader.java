package org.sluice.policy.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON document with {@code //} and block comments. A key that stands twice is an error. */
public final class JsonReader {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();

    private JsonReader() {}

    /** A document that is no JSON, with the place. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final int line;

        Malformed(int line, String message) {
            super(message);
            this.line = line;
        }

        /** The line, counted from 1. */
        public int line() {
            return line;
        }
    }

    /**
     * Reads a whole document.
     *
     * @throws Malformed if it is no JSON
     */
    public static Node read(byte[] document) throws Malformed {
        try (JsonParser parser = FACTORY.createParser(document)) {
            if (parser.nextToken() == null) {
                throw new Malformed(1, "the file is empty");
            }
            Node node = value(parser);
            if (parser.nextToken() != null) {
                throw new Malformed(line(parser), "something follows the end of the document");
            }
            return node;
        } catch (JsonParseException | InputCoercionException e) {
            throw malformed(e);
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new Malformed(1, String.valueOf(e.getMessage()));
        }
    }

    private static Malformed malformed(JsonProcessingException e) {
        int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
        return new Malformed(line, e.getOriginalMessage().replaceAll("\\s+", " "));
    }

    private static Node value(JsonParser parser) throws IOException, Malformed {
        int line = line(parser);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, line);
            case START_ARRAY -> array(parser, line);
            case VALUE_STRING -> new Node.Text(line, parser.getText());
            case VALUE_NUMBER_INT -> new Node.Whole(line, parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> new Node.Fraction(line, parser.getDoubleValue());
            case VALUE_TRUE -> new Node.Flag(line, true);
            case VALUE_FALSE -> new Node.Flag(line, false);
            case VALUE_NULL -> new Node.Nothing(line);
            default -> throw new Malformed(line, "a value is missing");
        };
    }

    private static Node object(JsonParser parser, int line) throws IOException, Malformed {
        Map<String, Node.Member> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int keyLine = line(parser);
            parser.nextToken();
            members.put(key, new Node.Member(keyLine, value(parser)));
        }
        return new Node.Obj(line, members);
    }

    private static Node array(JsonParser parser, int line) throws IOException, Malformed {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return new Node.Arr(line, items);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
