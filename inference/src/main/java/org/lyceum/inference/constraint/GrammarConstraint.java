package org.lyceum.inference.constraint;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.constraint.Grammar.Network;

/**
 * A {@link Grammar} followed by tokens. A text may be on several ways through the network at once: a way is a node and the stack of nodes to
 * go back to, a state the set of all ways. States and their successors are made when they are first come to (a lazy subset construction),
 * and so is each state's mask of tokens, by one walk through the {@link TokenTrie}.
 *
 * <p>No way is followed that could not be brought to its end, with tokens of single bytes and within {@link #DEEPEST} rules inside each
 * other; so some token may always come next, until the text is complete. For the same reason a state may leave ways out: an ambiguous
 * schema (two alternatives that begin alike, inside each other) has twice as many at each level, of which the first are enough to write
 * what is valid, though not everything that is.
 */
final class GrammarConstraint implements TokenConstraint {
    /** Rules inside each other, a bound on what a text may nest and on what is kept in mind. */
    static final int DEEPEST = 400;
    /** Ways that a state may hold, and places that are looked at for them. */
    private static final int MOST_WAYS = 64;
    private static final int MOST_PLACES = 1 << 14;
    /** Ways kept in mind, those of all states and one for each state; with more it begins anew. */
    private static final int MOST_KEPT = 200_000;
    /** Bytes of masks kept in mind. */
    private static final long MOST_MASK_BYTES = 16L << 20;

    private final Network network;
    private final TokenTrie trie;
    private final int mostMasks;
    private final Automaton dead = new Automaton(Set.of(), false);
    private final Automaton begin;
    private final Map<Key, Automaton> states = new HashMap<>(); // these, and all that is in them, under this object's lock
    private int kept;
    private int masks;

    /** @param refusal what to say where no text can be written */
    GrammarConstraint(Grammar grammar, int start, TokenTrie trie, String refusal) {
        this.network = grammar.network(start, trie.single());
        this.trie = trie;
        this.mostMasks = (int) Math.max(16, MOST_MASK_BYTES / (trie.vocabularySize() / 8 + 1));
        if (network.needed()[network.start()] > DEEPEST) {
            throw UserError.usage(refusal);
        }
        var ways = new LinkedHashSet<Way>();
        boolean complete = follow(new Way(network.start(), null), ways, new HashSet<>());
        begin = state(ways, complete);
    }

    /** The size of its grammar. */
    int nodes() {
        return network.bytes().length;
    }

    @Override
    public State start() {
        return new Walk();
    }

    /** Nodes to go back to, the innermost first. */
    private static final class Stack {
        final int node;
        final @Nullable Stack below;
        final int depth;
        private final int hash;

        Stack(int node, @Nullable Stack below) {
            this.node = node;
            this.below = below;
            this.depth = below == null ? 1 : below.depth + 1;
            this.hash = 31 * (below == null ? 7 : below.hash) + node;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            var a = this;
            var b = other instanceof Stack stack ? stack : null;
            while (a != b) {
                if (a == null || b == null || a.hash != b.hash || a.node != b.node || a.depth != b.depth) {
                    return false;
                }
                a = a.below;
                b = b.below;
            }
            return true;
        }
    }

    private record Way(int node, @Nullable Stack stack) {
    }

    private record Key(Set<Way> ways, boolean complete) {
    }

    /** A state of the automaton that bytes lead through. */
    private static final class Automaton {
        final Set<Way> ways; // those whose nodes have bytes to go on with
        final boolean complete;
        final @Nullable Automaton[] next = new Automaton[256];
        long @Nullable [] mask;

        Automaton(Set<Way> ways, boolean complete) {
            this.ways = ways;
            this.complete = complete;
        }
    }

    private synchronized Automaton after(Automaton from, int b) {
        var known = from.next[b];
        if (known != null) {
            return known;
        }
        var ways = new LinkedHashSet<Way>();
        var seen = new HashSet<Way>();
        boolean complete = false;
        for (var way : from.ways) {
            var edges = network.bytes()[way.node];
            for (int e = 0; e < edges.length; e += 3) {
                if (edges[e] <= b && b <= edges[e + 1]) {
                    complete |= follow(new Way(edges[e + 2], way.stack), ways, seen);
                }
            }
        }
        var to = ways.isEmpty() && !complete ? dead : state(ways, complete);
        from.next[b] = to;
        return to;
    }

    /** Adds all ways that {@code way} comes to without a byte and that go on with one; whether one of them is at the end of the text. */
    private boolean follow(Way way, Set<Way> ways, Set<Way> seen) {
        boolean complete = false;
        var todo = new ArrayDeque<Way>();
        todo.push(way);
        while (!todo.isEmpty() && ways.size() < MOST_WAYS && (seen.size() < MOST_PLACES || ways.isEmpty() && !complete)) {
            var at = todo.pop();
            int depth = at.stack == null ? 0 : at.stack.depth;
            if (depth + network.needed()[at.node] > DEEPEST || !seen.add(at)) {
                continue;
            }
            if (network.bytes()[at.node].length > 0) {
                ways.add(at);
            }
            for (int to : network.free()[at.node]) {
                todo.push(new Way(to, at.stack));
            }
            var called = network.called()[at.node];
            for (int c = 0; c < called.length; c += 2) {
                if (depth + network.needed()[called[c + 1]] <= DEEPEST) { // what comes after it must be possible, too
                    todo.push(new Way(called[c], new Stack(called[c + 1], at.stack)));
                }
            }
            if (network.end()[at.node]) {
                if (at.stack == null) {
                    complete = true;
                } else {
                    todo.push(new Way(at.stack.node, at.stack.below));
                }
            }
        }
        return complete;
    }

    private Automaton state(Set<Way> ways, boolean complete) {
        if (kept >= MOST_KEPT) {
            forget();
        }
        return states.computeIfAbsent(new Key(ways, complete), key -> {
            kept += 1 + key.ways.size();
            return new Automaton(key.ways, key.complete);
        });
    }

    private void forget() {
        for (var state : states.values()) {
            Arrays.fill(state.next, null);
            state.mask = null;
        }
        states.clear();
        kept = 0;
        masks = 0;
    }

    private synchronized long[] mask(Automaton state) {
        if (state.mask == null) {
            if (++masks > mostMasks) {
                states.values().forEach(known -> known.mask = null);
                masks = 1;
            }
            state.mask = walk(state);
        }
        return state.mask;
    }

    private long[] walk(Automaton state) {
        var allowed = new long[(trie.vocabularySize() + 63) >> 6];
        var path = new Automaton[trie.deepest + 1];
        path[0] = state;
        for (int n = 0; n < trie.label.length;) {
            int depth = trie.depth[n];
            var from = path[depth - 1];
            int b = trie.label[n] & 0xFF;
            var to = from.next[b];
            if (to == null) {
                to = after(from, b);
            }
            if (to == dead) {
                n = trie.next[n];
                continue;
            }
            path[depth] = to;
            for (int t = trie.first[n]; t < trie.first[n + 1] && trie.bytes(trie.tokens[t]).length == depth; t++) {
                allowed[trie.tokens[t] >> 6] |= 1L << trie.tokens[t];
            }
            n++;
        }
        return allowed;
    }

    private final class Walk implements State {
        private Automaton at = begin;

        @Override
        public long[] allowed() {
            return mask(at);
        }

        @Override
        public boolean complete() {
            return at.complete;
        }

        @Override
        public boolean exhausted() {
            return at.complete && at.ways.isEmpty();
        }

        @Override
        public void accept(int id) {
            for (byte b : trie.bytes(id)) {
                at = after(at, b & 0xFF);
            }
            if (at == dead) {
                throw new IllegalArgumentException("token " + id + " was not allowed");
            }
        }
    }
}
