package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in UTF-8 text: the leftmost, and of those that start there the longest. */
final class AddedTokenFinder {
    /** {@code token} occupies {@code [from, to)}. */
    record Match(int from, int to, int id) {
    }

    private record Needle(byte[] bytes, int id) {
    }

    private final List<List<Needle>> byFirstByte = new ArrayList<>();
    private final boolean empty;

    AddedTokenFinder(List<AddedToken> tokens) {
        for (int b = 0; b < 256; b++) {
            byFirstByte.add(new ArrayList<>(0));
        }
        for (var token : tokens) {
            var bytes = token.content().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0) {
                byFirstByte.get(bytes[0] & 0xFF).add(new Needle(bytes, token.id()));
            }
        }
        byFirstByte.forEach(needles -> needles.sort(Comparator.comparingInt((Needle needle) -> needle.bytes.length).reversed()));
        empty = byFirstByte.stream().allMatch(List::isEmpty);
    }

    @Nullable
    Match find(byte[] text, int from) {
        if (empty) {
            return null;
        }
        for (int i = from; i < text.length; i++) {
            var needles = byFirstByte.get(text[i] & 0xFF);
            for (int k = 0; k < needles.size(); k++) {
                var needle = needles.get(k);
                if (startsWith(text, i, needle.bytes)) {
                    return new Match(i, i + needle.bytes.length, needle.id);
                }
            }
        }
        return null;
    }

    private static boolean startsWith(byte[] text, int at, byte[] needle) {
        if (at + needle.length > text.length) {
            return false;
        }
        for (int i = 1; i < needle.length; i++) {
            if (text[at + i] != needle[i]) {
                return false;
            }
        }
        return true;
    }
}
