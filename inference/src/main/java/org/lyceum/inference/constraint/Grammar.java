package org.lyceum.inference.constraint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.lyceum.foundation.UserError;

/**
 * A context-free grammar over bytes as a recursive transition network (Woods 1970): nodes joined by bytes, by nothing, or by a rule that
 * has to be gone through, each rule from its start to its end. It is built by laying pieces one behind the other.
 */
final class Grammar {
    /** What a schema may come to: more is refused before it takes the memory. */
    private static final int MOST_NODES = 400_000;
    /** Part of a text: laid from a node on, it gives the node where it ends. It never leads back to the node that it is laid from. */
    @FunctionalInterface
    interface Piece extends IntUnaryOperator {
    }

    /** A part that may be gone through from within itself. */
    record Rule(int start, int end, String name) {
    }

    private record Edge(int low, int high, int to) {
    }

    private record Call(int rule, int back) {
    }

    private final List<List<Edge>> edges = new ArrayList<>();
    private final List<List<Integer>> skips = new ArrayList<>();
    private final List<List<Call>> calls = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();

    // --- building ---------------------------------------------------------------------------------------------------------------------

    int node() {
        if (edges.size() >= MOST_NODES) {
            throw UserError.usage("The schema is too large to follow; use smaller lengths and counts, or a simpler pattern.");
        }
        edges.add(List.of());
        skips.add(List.of());
        calls.add(List.of());
        return edges.size() - 1;
    }

    /** A rule without anything in it yet. */
    int rule(String name) {
        rules.add(new Rule(node(), node(), name));
        return rules.size() - 1;
    }

    void define(int rule, Piece body) {
        skip(body.applyAsInt(rules.get(rule).start), rules.get(rule).end);
    }

    void edge(int from, int low, int high, int to) {
        add(edges, from, new Edge(low, high, to));
    }

    void skip(int from, int to) {
        add(skips, from, to);
    }

    private static <T> void add(List<List<T>> lists, int at, T value) {
        if (lists.get(at).isEmpty()) {
            lists.set(at, new ArrayList<>(2));
        }
        lists.get(at).add(value);
    }

    /** One byte from {@code low} to {@code high}. */
    Piece range(int low, int high) {
        return from -> {
            int to = node();
            edge(from, low, high, to);
            return to;
        };
    }

    Piece bytes(byte... bytes) {
        return from -> {
            int at = from;
            for (byte b : bytes) {
                at = range(b & 0xFF, b & 0xFF).applyAsInt(at);
            }
            return at;
        };
    }

    Piece text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Piece call(int rule) {
        return from -> {
            int back = node();
            add(calls, from, new Call(rule, back));
            return back;
        };
    }

    Piece sequence(List<Piece> pieces) {
        return from -> {
            int at = from;
            for (var piece : pieces) {
                at = piece.applyAsInt(at);
            }
            return at;
        };
    }

    Piece sequence(Piece... pieces) {
        return sequence(List.of(pieces));
    }

    Piece either(List<? extends Piece> pieces) {
        return from -> {
            int to = node();
            for (var piece : pieces) {
                skip(piece.applyAsInt(from), to); // all from the one node, so that a text is on one way and not on one for each
            }
            return to;
        };
    }

    Piece either(Piece... pieces) {
        return either(List.of(pieces));
    }

    Piece optional(Piece piece) {
        return either(piece, from -> from);
    }

    Piece any(Piece piece) {
        return from -> {
            int loop = node();
            skip(from, loop);
            skip(piece.applyAsInt(loop), loop);
            int to = node();
            skip(loop, to);
            return to;
        };
    }

    /** {@code piece} from {@code least} to {@code most} times; −1 for any number. */
    Piece times(Piece piece, int least, int most) {
        return from -> {
            int at = from;
            for (int i = 0; i < least; i++) {
                at = piece.applyAsInt(at);
            }
            if (most < 0) {
                return any(piece).applyAsInt(at);
            }
            int to = node();
            for (int i = least; i < most; i++) {
                skip(at, to);
                at = piece.applyAsInt(at);
            }
            skip(at, to);
            return to;
        };
    }

    // --- reading ----------------------------------------------------------------------------------------------------------------------

    /** The grammar as arrays, for going through it. */
    Network network(int start, BitSet writable) {
        requireProgress();
        int nodes = edges.size();
        var bytes = new int[nodes][];
        var free = new int[nodes][];
        var called = new int[nodes][];
        for (int n = 0; n < nodes; n++) {
            bytes[n] = edges.get(n).stream().flatMapToInt(e -> IntStream.of(e.low, e.high, e.to)).toArray();
            free[n] = skips.get(n).stream().mapToInt(Integer::intValue).toArray();
            called[n] = calls.get(n).stream()
                    .flatMapToInt(c -> IntStream.of(rules.get(c.rule).start, c.back)).toArray();
        }
        var end = new boolean[nodes];
        rules.forEach(rule -> end[rule.end] = true);
        return new Network(rules.get(start).start, bytes, free, called, end, Nesting.needed(bytes, free, called, end, writable));
    }

    /** No rule may come to itself without a byte in between: one would go in circles. */
    private void requireProgress() {
        var begins = new ArrayList<BitSet>(); // the rules that each rule may begin with
        for (var rule : rules) {
            var seen = new BitSet();
            var todo = new ArrayList<>(List.of(rule.start));
            var first = new BitSet();
            while (!todo.isEmpty()) {
                int n = todo.removeLast();
                if (!seen.get(n)) {
                    seen.set(n);
                    todo.addAll(skips.get(n));
                    calls.get(n).forEach(call -> first.set(call.rule));
                }
            }
            begins.add(first);
        }
        for (int rule = 0; rule < rules.size(); rule++) {
            var reached = new BitSet();
            var todo = new ArrayList<>(List.of(rule));
            while (!todo.isEmpty()) {
                begins.get(todo.removeLast()).stream().filter(next -> !reached.get(next)).forEach(next -> {
                    reached.set(next);
                    todo.add(next);
                });
            }
            if (reached.get(rule)) {
                throw UserError.usage("The schema's " + rules.get(rule).name + " refers to itself with nothing in between; "
                        + "put the reference into a property or into items.");
            }
        }
    }

    /**
     * A grammar's arrays.
     *
     * @param start where a text begins
     * @param bytes for each node: low, high, target, low, …
     * @param free for each node: targets reached by nothing
     * @param called for each node: the start of a rule to go through and the node to go on from, …
     * @param end the ends of rules
     * @param needed how deep rules nest on the way to the end
     */
    record Network(int start, int[][] bytes, int[][] free, int[][] called, boolean[] end, int[] needed) {
    }
}
