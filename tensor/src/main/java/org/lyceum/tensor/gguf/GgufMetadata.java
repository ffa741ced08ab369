package org.lyceum.tensor.gguf;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lyceum.tensor.gguf.GgufCursor.Type;

/**
 * Encodes metadata, little-endian. llama.cpp insists on the type of each key, and its keys are UINT32 and FLOAT32 wherever they can be: so
 * a whole number becomes UINT32 if it fits, then INT32, then INT64, and another number FLOAT32 if that is exact, then FLOAT64. A number
 * that is not exact in 32 bits (0.1, say) is handed in as {@link Float}.
 */
final class GgufMetadata {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private GgufMetadata() {
    }

    /** The keys and values as they stand in a file, and after them one line for each tensor. */
    static byte[] encode(Map<String, Object> metadata, Content more) {
        var encoder = new GgufMetadata();
        try {
            for (var entry : metadata.entrySet()) {
                encoder.text(entry.getKey());
                encoder.value(entry.getKey(), entry.getValue());
            }
            more.writeTo(encoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return encoder.bytes.toByteArray();
    }

    /** What follows the metadata. */
    @FunctionalInterface
    interface Content {
        void writeTo(GgufMetadata out) throws IOException;
    }

    private void value(String key, Object value) throws IOException {
        switch (value) {
            case String text -> {
                type(Type.STRING);
                text(text);
            }
            case Boolean truth -> {
                type(Type.BOOL);
                out.writeBoolean(truth);
            }
            case Integer whole -> whole(whole);
            case Long whole -> whole(whole);
            case Float number -> {
                type(Type.FLOAT32);
                int32(Float.floatToIntBits(number));
            }
            case Double number when Double.isNaN(number) || number.floatValue() == number -> value(key, number.floatValue());
            case Double number -> {
                type(Type.FLOAT64);
                int64(Double.doubleToLongBits(number));
            }
            default -> {
                type(Type.ARRAY);
                list(key, value);
            }
        }
    }

    private void whole(long value) throws IOException {
        if (value >= 0 && value < 1L << 32) {
            type(Type.UINT32);
            int32((int) value);
        } else if (value == (int) value) {
            type(Type.INT32);
            int32((int) value);
        } else {
            type(Type.INT64);
            int64(value);
        }
    }

    private void list(String key, Object list) throws IOException {
        switch (list) {
            case List<?> texts -> {
                begin(Type.STRING, texts.size());
                for (var text : texts) {
                    text((String) text);
                }
            }
            case boolean[] truths -> {
                begin(Type.BOOL, truths.length);
                for (var truth : truths) {
                    out.writeBoolean(truth);
                }
            }
            case byte[] values -> {
                begin(Type.UINT8, values.length);
                out.write(values);
            }
            case int[] values -> {
                begin(Type.INT32, values.length);
                for (var value : values) {
                    int32(value);
                }
            }
            case long[] values -> {
                boolean narrow = Arrays.stream(values).allMatch(value -> value >= 0 && value < 1L << 32);
                begin(narrow ? Type.UINT32 : Type.INT64, values.length);
                for (var value : values) {
                    if (narrow) {
                        int32((int) value);
                    } else {
                        int64(value);
                    }
                }
            }
            case float[] values -> {
                begin(Type.FLOAT32, values.length);
                for (var value : values) {
                    int32(Float.floatToIntBits(value));
                }
            }
            case double[] values -> {
                begin(Type.FLOAT64, values.length);
                for (var value : values) {
                    int64(Double.doubleToLongBits(value));
                }
            }
            default -> throw new IllegalArgumentException("metadata '" + key + "' is a " + list.getClass().getSimpleName());
        }
    }

    private void begin(Type type, int count) throws IOException {
        type(type);
        int64(count);
    }

    private void type(Type type) throws IOException {
        int32(type.ordinal());
    }

    void text(String text) throws IOException {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        int64(encoded.length);
        out.write(encoded);
    }

    void int32(int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }

    void int64(long value) throws IOException {
        out.writeLong(Long.reverseBytes(value));
    }
}
