package org.lyceum.models.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The tree beside the textbook's way to build one. */
class HuffmanTreeTest {
    /** Joins the two lightest until one is left; a join costs its weight, since all below get a bit longer. */
    private static long least(long[] counts) {
        var queue = new PriorityQueue<Long>();
        Arrays.stream(counts).forEach(queue::add);
        long cost = 0;
        while (queue.size() > 1) {
            long joined = queue.remove() + queue.remove();
            cost += joined;
            queue.add(joined);
        }
        return cost;
    }

    @Property(tries = 300)
    void isOptimalAndPrefixFree(@ForAll @Size(min = 1, max = 60) int @IntRange(min = 1, max = 1000) [] some) {
        var counts = Arrays.stream(some).boxed().sorted(Comparator.reverseOrder()).mapToLong(Integer::longValue).toArray();
        var tree = new HuffmanTree(counts);
        assertThat(tree.leaves()).isEqualTo(counts.length);
        assertThat(IntStream.range(0, counts.length).mapToLong(i -> counts[i] * tree.nodes(i).length).sum()).isEqualTo(least(counts));
        var codes = new HashSet<String>();
        double kraft = 0;
        for (int i = 0; i < counts.length; i++) {
            assertThat(codes.add(new StringBuilder(Arrays.toString(tree.code(i))).reverse().toString())).isTrue();
            assertThat(tree.code(i)).hasSameSizeAs(tree.nodes(i));
            assertThat(tree.nodes(i).length).isLessThanOrEqualTo(tree.depth());
            for (int node : tree.nodes(i)) {
                assertThat(node).isBetween(0, counts.length - 2);
            }
            kraft += Math.pow(2, -tree.nodes(i).length);
        }
        assertThat(kraft).isEqualTo(1);
    }

    @Test
    void noneAndOne() {
        assertThat(new HuffmanTree(new long[0]).leaves()).isZero();
        assertThat(new HuffmanTree(new long[]{5}).nodes(0)).isEmpty();
    }
}
