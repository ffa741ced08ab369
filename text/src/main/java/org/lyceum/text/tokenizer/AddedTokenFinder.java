package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in UTF-8 text: the leftmost, and of those that start there the longest. */
final class AddedTokenFinder {
    /** {@code token} occupies {@code [from, to)}, with the white space that it swallows. */
    record Match(int from, int to, int id) {
    }

    private record Needle(int length, AddedToken token) {
    }

    /** A trie: from node and byte to node, the root being 0. */
    private final LongIntMap children = new LongIntMap(1 << 8);
    private final List<@Nullable Needle> needles = new ArrayList<>(); // by node
    private final boolean[] firstBytes = new boolean[256];
    private final boolean empty;

    AddedTokenFinder(List<AddedToken> tokens) {
        needles.add(null);
        boolean any = false;
        for (var token : tokens) {
            var bytes = token.content().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0) {
                any = true;
                firstBytes[bytes[0] & 0xFF] = true;
                needles.set(node(bytes), new Needle(bytes.length, token));
            }
        }
        empty = !any;
    }

    private int node(byte[] bytes) {
        int node = 0;
        for (byte b : bytes) {
            long edge = (long) node << 8 | b & 0xFF;
            int child = children.get(edge);
            if (child == LongIntMap.NONE) {
                child = needles.size();
                needles.add(null);
                children.put(edge, child);
            }
            node = child;
        }
        return node;
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
            } else if (needle.token.singleWord() && touched(text, from, i, i + needle.length, end)) {
                i += needle.length;
            } else {
                int left = needle.token.leftStrip() ? spacesBefore(text, from, i) : i;
                int right = i + needle.length;
                return new Match(left, needle.token.rightStrip() ? spacesAfter(text, right, end) : right, needle.token.id());
            }
        }
        return null;
    }

    private @Nullable Needle at(byte[] text, int at, int end) {
        if (!firstBytes[text[at] & 0xFF]) {
            return null;
        }
        Needle longest = null;
        int node = 0;
        for (int i = at; i < end; i++) {
            node = children.get((long) node << 8 | text[i] & 0xFF);
            if (node == LongIntMap.NONE) {
                break;
            }
            var needle = needles.get(node);
            longest = needle == null ? longest : needle;
        }
        return longest;
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
