package org.lyceum.text.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code src/test/python/make_tokenizer_fixtures.py} wrote. */
final class Fixtures {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Fixtures() {
    }

    static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static String text(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> samples() {
        return MAPPER.readTree(text("samples.json")).valueStream().map(JsonNode::stringValue).toList();
    }

    /** The ids that Hugging Face's library gives for each sample: {@code key} is plain or specials. */
    static List<int[]> ids(String name, String key) {
        return MAPPER.readTree(text(name + ".ids.json")).path(key).valueStream()
                .map(ids -> IntStream.range(0, ids.size()).map(i -> ids.path(i).intValue()).toArray()).toList();
    }

    static List<String> decoded(String name) {
        return MAPPER.readTree(text(name + ".ids.json")).path("decoded").valueStream().map(JsonNode::stringValue).toList();
    }
}
