package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    private final Needle[][] byFirstByte = new Needle[256][0];
    private final boolean empty;

    AddedTokenFinder(List<AddedToken> tokens) {
        for (var token : tokens) {
            var bytes = token.content().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0) {
                int first = bytes[0] & 0xFF;
                var needles = Arrays.copyOf(byFirstByte[first], byFirstByte[first].length + 1);
                needles[needles.length - 1] = new Needle(bytes, token.id());
                byFirstByte[first] = needles;
            }
        }
        for (var needles : byFirstByte) {
            Arrays.sort(needles, Comparator.comparingInt((Needle needle) -> needle.bytes.length).reversed());
        }
        empty = Arrays.stream(byFirstByte).allMatch(needles -> needles.length == 0);
    }

    @Nullable
    Match find(byte[] text, int from) {
        if (empty) {
            return null;
        }
        for (int i = from; i < text.length; i++) {
            for (var needle : byFirstByte[text[i] & 0xFF]) {
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
