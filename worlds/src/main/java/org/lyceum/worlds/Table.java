package org.lyceum.worlds;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The pairs of one relation, each subject's objects together and in order (compressed sparse rows), and the other way round when asked. */
final class Table {
    private final int entities;
    private final int[] start;
    private final int[] objects;
    private @Nullable Table inverse;

    private Table(int entities, int[] start, int[] objects) {
        this.entities = entities;
        this.start = start;
        this.objects = objects;
    }

    /** The first {@code n} of the pairs, in any order, each once. */
    static Table of(int entities, Pairs pairs) {
        var start = new int[entities + 1];
        for (int i = 0; i < pairs.size(); i++) {
            start[pairs.subject(i) + 1]++;
        }
        for (int e = 0; e < entities; e++) {
            start[e + 1] += start[e];
        }
        var next = start.clone();
        var objects = new int[pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            objects[next[pairs.subject(i)]++] = pairs.object(i);
        }
        for (int e = 0; e < entities; e++) {
            if (start[e + 1] - start[e] > 1) {
                Arrays.sort(objects, start[e], start[e + 1]);
            }
        }
        return new Table(entities, start, objects);
    }

    int size() {
        return objects.length;
    }

    /** Where the objects of {@code subject} begin. */
    int from(int subject) {
        return start[subject];
    }

    /** Where they end. */
    int to(int subject) {
        return start[subject + 1];
    }

    int object(int index) {
        return objects[index];
    }

    int[] objects(int subject) {
        return Arrays.copyOfRange(objects, start[subject], start[subject + 1]);
    }

    boolean contains(int subject, int object) {
        return Arrays.binarySearch(objects, start[subject], start[subject + 1], object) >= 0;
    }

    Table inverse() {
        if (inverse == null) {
            var pairs = new Pairs();
            for (int s = 0; s < entities; s++) {
                for (int i = start[s]; i < start[s + 1]; i++) {
                    pairs.add(objects[i], s);
                }
            }
            inverse = of(entities, pairs);
            inverse.inverse = this;
        }
        return inverse;
    }

    /** A growing list of pairs. */
    static final class Pairs {
        private long[] pairs = new long[64];
        private int size;

        void add(int subject, int object) {
            if (size == pairs.length) {
                pairs = Arrays.copyOf(pairs, size * 2);
            }
            pairs[size++] = (long) subject << 32 | object;
        }

        int size() {
            return size;
        }

        int subject(int index) {
            return (int) (pairs[index] >>> 32);
        }

        int object(int index) {
            return (int) pairs[index];
        }
    }
}
