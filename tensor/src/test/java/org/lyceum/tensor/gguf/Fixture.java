package org.lyceum.tensor.gguf;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The file that gguf_fixture.py wrote. */
final class Fixture {
    private Fixture() {
    }

    static Path path() {
        try {
            return Path.of(Objects.requireNonNull(Fixture.class.getResource("python.gguf")).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** All elements of a tensor. */
    static float[] values(GgufFile.Entry tensor) {
        var values = new float[(int) tensor.elements()];
        tensor.dequantize(0, values, 0, values.length);
        return values;
    }
}
