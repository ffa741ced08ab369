package org.lyceum.tensor.safetensors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Printable;
import org.lyceum.tensor.DType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON text at the front of a safetensors file, checked against the format: names once, known number formats, sizes that fit the
 * offsets, and tensors that cover the data from its first byte to its last, without a hole or an overlap.
 *
 * @param tensors  in the order of the header
 * @param metadata the free text map {@code __metadata__}, empty when absent
 */
record SafetensorsHeader(List<Tensor> tensors, Map<String, String> metadata) {
    /** The format's own limit; a longer header is refused before it is read. */
    static final long MAX_BYTES = 100_000_000;

    static final String METADATA_KEY = "__metadata__";

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** One tensor's place; {@code begin} and {@code end} count bytes from the end of the header. */
    record Tensor(String name, DType dtype, List<Long> shape, long begin, long end) {
    }

    /** What is wrong with a header, as the second half of a sentence. */
    static final class Broken extends Exception {
        Broken(String what) {
            super(what);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /**
     * Reads a header.
     *
     * @param text      the header's bytes, UTF-8
     * @param dataBytes bytes in the file after the header
     */
    static SafetensorsHeader parse(byte[] text, long dataBytes) throws Broken {
        var root = readObject(text);
        var tensors = new ArrayList<Tensor>();
        Map<String, String> metadata = Map.of();
        for (var property : root.properties()) {
            if (property.getKey().equals(METADATA_KEY)) {
                metadata = metadata(property.getValue());
            } else {
                tensors.add(tensor(property.getKey(), property.getValue()));
            }
        }
        checkCover(tensors, dataBytes);
        return new SafetensorsHeader(Collections.unmodifiableList(tensors), metadata);
    }

    /** Bytes of a tensor; throws {@link ArithmeticException} when they overflow 63 bits. */
    static long byteSize(DType dtype, List<Long> shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return Math.multiplyExact(elements, dtype.bytes());
    }

    private static ObjectNode readObject(byte[] text) throws Broken {
        if (text.length == 0 || text[0] != '{') {
            throw new Broken("its header does not start with '{'");
        }
        try {
            // Decoded first: Jackson would guess UTF-16 or UTF-32 from zero bytes, and the format is UTF-8 only.
            var decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
            if (JSON.readTree(decoded) instanceof ObjectNode object) {
                return object;
            }
            throw new Broken("its header is not a JSON object");
        } catch (CharacterCodingException _) {
            throw new Broken("its header is not UTF-8 text");
        } catch (JacksonException e) {
            var message = e.getOriginalMessage();
            throw new Broken("its header is not valid JSON ("
                    + (message == null ? "no details" : Printable.of(message.lines().findFirst().orElse(""))) + ")");
        }
    }

    private static Map<String, String> metadata(JsonNode node) throws Broken {
        if (!(node instanceof ObjectNode object)) {
            throw new Broken("its " + METADATA_KEY + " is not a JSON object");
        }
        var map = new LinkedHashMap<String, String>();
        for (var property : object.properties()) {
            if (!property.getValue().isString()) {
                throw new Broken(
                        "its " + METADATA_KEY + " holds something other than text under '" + Printable.of(property.getKey()) + "'");
            }
            map.put(property.getKey(), property.getValue().stringValue());
        }
        return Collections.unmodifiableMap(map);
    }

    private static Tensor tensor(String name, JsonNode node) throws Broken {
        var dtype = dtype(name, node.get("dtype"));
        var shape = longs(name, "shape", node.get("shape"));
        var offsets = longs(name, "data_offsets", node.get("data_offsets"));
        if (offsets.size() != 2 || offsets.get(1) < offsets.get(0)) {
            throw new Broken("the data_offsets of " + quoted(name) + " are " + offsets + ", not a begin and an end");
        }
        long length = offsets.get(1) - offsets.get(0);
        long needed;
        try {
            needed = byteSize(dtype, shape);
        } catch (ArithmeticException _) {
            throw new Broken("the shape of " + quoted(name) + " " + shape + " is too large for any file");
        }
        if (needed != length) {
            throw new Broken(quoted(name) + " needs " + needed + " bytes for " + dtype + " " + shape + " but its data_offsets give it "
                    + length);
        }
        return new Tensor(name, dtype, shape, offsets.get(0), offsets.get(1));
    }

    private static DType dtype(String name, @Nullable JsonNode node) throws Broken {
        if (node == null || !node.isString()) {
            throw new Broken(quoted(name) + " has no dtype");
        }
        for (var dtype : DType.values()) {
            if (dtype.name().equals(node.stringValue())) {
                return dtype;
            }
        }
        throw new Broken(quoted(name) + " has the dtype '" + Printable.of(node.stringValue()) + "', and those read here are "
                + Arrays.toString(DType.values()));
    }

    private static List<Long> longs(String name, String key, @Nullable JsonNode node) throws Broken {
        if (node == null || !node.isArray()) {
            throw new Broken(quoted(name) + " has no list '" + key + "'");
        }
        var values = new ArrayList<Long>(node.size());
        for (var element : node) {
            if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
                throw new Broken("the " + key + " of " + quoted(name) + " holds something other than whole numbers from 0 to 2^63 - 1");
            }
            values.add(element.longValue());
        }
        return Collections.unmodifiableList(values);
    }

    private static void checkCover(List<Tensor> tensors, long dataBytes) throws Broken {
        long at = 0;
        var before = "the header";
        for (var tensor : tensors.stream().sorted(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end)).toList()) {
            if (tensor.begin() < at) {
                throw new Broken("the data of " + quoted(tensor.name()) + " overlaps that of " + before);
            }
            if (tensor.begin() > at) {
                throw new Broken("there is a hole of " + (tensor.begin() - at) + " bytes between " + before + " and "
                        + quoted(tensor.name()));
            }
            at = tensor.end();
            before = quoted(tensor.name());
        }
        if (at > dataBytes) {
            throw new Broken("it is cut off: its tensors need " + at + " bytes of data and it holds " + dataBytes);
        }
        if (at < dataBytes) {
            throw new Broken((dataBytes - at) + " bytes at its end belong to no tensor");
        }
    }

    private static String quoted(String name) {
        return "'" + Printable.of(name) + "'";
    }
}
