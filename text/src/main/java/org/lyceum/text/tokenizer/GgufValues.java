package org.lyceum.text.tokenizer;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** Typed access to GGUF metadata. A value of another type than the key's is damage. */
record GgufValues(Map<String, ?> metadata, String where) {

    @Nullable
    String text(String key) {
        return value(key, String.class);
    }

    @Nullable
    Long wholeNumber(String key) {
        var number = value(key, Number.class);
        return number == null ? null : number.longValue();
    }

    boolean flag(String key, boolean otherwise) {
        var flag = value(key, Boolean.class);
        return flag == null ? otherwise : flag;
    }

    /** A list of texts; empty if it is not there. */
    List<String> texts(String key) {
        var list = value(key, Collection.class);
        if (list == null) {
            return List.of();
        }
        for (var each : list) {
            if (!(each instanceof String)) {
                throw wrong(key, list);
            }
        }
        @SuppressWarnings("unchecked") // each was looked at
        var texts = (Collection<String>) list;
        return List.copyOf(texts);
    }

    /** A number for each of {@code count} tokens: token types. All 1 (normal) if they are not there. */
    int[] wholeNumbers(String key, int count) {
        var numbers = new int[count];
        switch (metadata.get(key)) {
            case null -> Arrays.fill(numbers, 1);
            case int[] ints when ints.length == count -> System.arraycopy(ints, 0, numbers, 0, count);
            case long[] longs when longs.length == count -> {
                for (int i = 0; i < count; i++) {
                    numbers[i] = (int) longs[i];
                }
            }
            case byte[] bytes when bytes.length == count -> {
                for (int i = 0; i < count; i++) {
                    numbers[i] = bytes[i];
                }
            }
            case Object other -> throw wrong(key, other);
        }
        return numbers;
    }

    /** A score for each of {@code count} tokens. */
    float[] scores(int count) {
        return switch (metadata.get("tokenizer.ggml.scores")) {
            case float[] floats when floats.length == count -> floats;
            case null -> throw new UserError(where + " has a SentencePiece tokenizer without its scores; convert the model again.");
            case Object other -> throw wrong("tokenizer.ggml.scores", other);
        };
    }

    private <T> @Nullable T value(String key, Class<T> type) {
        var value = metadata.get(key);
        if (value == null) {
            return null;
        }
        if (!type.isInstance(value)) {
            throw wrong(key, value);
        }
        return type.cast(value);
    }

    private UserError wrong(String key, Object value) {
        return new UserError(where + " is damaged: '" + key + "' is of an unexpected type or length ("
                + value.getClass().getSimpleName() + ").");
    }
}
