package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in UTF-8 text: the leftmost, and of those that start there the longest. */
final class AddedTokenFinder {
    /** {@code token} occupies {@code [from, to)}, with the white space that it swallows. */
    record Match(int from, int to, int id) {
    }

    private record Needle(byte[] bytes, AddedToken token) {
    }

    private final Needle[][] byFirstByte = new Needle[256][0];
    private final boolean empty;

    AddedTokenFinder(List<AddedToken> tokens) {
        for (var token : tokens) {
            var bytes = token.content().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0) {
                int first = bytes[0] & 0xFF;
                var needles = Arrays.copyOf(byFirstByte[first], byFirstByte[first].length + 1);
                needles[needles.length - 1] = new Needle(bytes, token);
                byFirstByte[first] = needles;
            }
        }
        for (var needles : byFirstByte) {
            Arrays.sort(needles, Comparator.comparingInt((Needle needle) -> needle.bytes.length).reversed());
        }
        empty = Arrays.stream(byFirstByte).allMatch(needles -> needles.length == 0);
    }

    boolean isEmpty() {
        return empty;
    }

    /** The first match at or after {@code from} within {@code [from, end)}. */
    @Nullable
    Match find(byte[] text, int from, int end) {
        if (empty) {
            return null;
        }
        int i = from;
        while (i < end) {
            var needle = at(text, i, end);
            if (needle == null) {
                i++;
            } else if (needle.token.singleWord() && touched(text, from, i, i + needle.bytes.length, end)) {
                i += needle.bytes.length;
            } else {
                int left = needle.token.leftStrip() ? spacesBefore(text, from, i) : i;
                int right = i + needle.bytes.length;
                return new Match(left, needle.token.rightStrip() ? spacesAfter(text, right, end) : right, needle.token.id());
            }
        }
        return null;
    }

    private @Nullable Needle at(byte[] text, int at, int end) {
        for (var needle : byFirstByte[text[at] & 0xFF]) {
            int length = needle.bytes.length;
            if (at + length <= end && Arrays.equals(text, at, at + length, needle.bytes, 0, length)) {
                return needle;
            }
        }
        return null;
    }

    private static boolean touched(byte[] text, int from, int start, int stop, int end) {
        int before = CodePoints.startOfLast(text, from, start);
        return (before < start && CodePoints.word(CodePoints.at(text, before, start)))
                || (stop < end && CodePoints.word(CodePoints.at(text, stop, end)));
    }

    private static int spacesBefore(byte[] text, int from, int start) {
        int i = start;
        while (i > from) {
            int before = CodePoints.startOfLast(text, from, i);
            if (CodePoints.kind(CodePoints.at(text, before, i)) != CodePoints.SPACE) {
                break;
            }
            i = before;
        }
        return i;
    }

    private static int spacesAfter(byte[] text, int stop, int end) {
        int i = stop;
        while (i < end) {
            int at = CodePoints.at(text, i, end);
            if (CodePoints.kind(at) != CodePoints.SPACE) {
                break;
            }
            i += CodePoints.length(at);
        }
        return i;
    }
}
