package org.lyceum.inference.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.lyceum.foundation.Seeds;

class NestingTest {
    /** The oracle goes over all nodes until nothing changes. */
    @Property(tries = 1_000)
    void equalsGoingOverAllNodesUntilNothingChanges(@ForAll long seed) {
        var random = Seeds.generator(seed, "network", 0);
        int nodes = random.nextInt(1, 40);
        var bytes = new int[nodes][];
        var free = new int[nodes][];
        var called = new int[nodes][];
        var end = new boolean[nodes];
        for (int n = 0; n < nodes; n++) {
            bytes[n] = random.nextInt(3) == 0 ? new int[]{random.nextInt(4), 3, random.nextInt(nodes)} : new int[0];
            free[n] = targets(random, nodes, 1);
            called[n] = targets(random, nodes, 2);
            end[n] = random.nextInt(6) == 0;
        }
        var writable = new BitSet();
        writable.set(0, random.nextInt(4));
        assertThat(Nesting.needed(bytes, free, called, end, writable)).isEqualTo(slow(bytes, free, called, end, writable));
    }

    private static int[] targets(RandomGenerator random, int nodes, int each) {
        return random.ints((long) each * random.nextInt(3) * random.nextInt(2), 0, nodes).toArray();
    }

    private static int[] slow(int[][] bytes, int[][] free, int[][] called, boolean[] end, BitSet writable) {
        var needed = new int[bytes.length];
        Arrays.fill(needed, Nesting.NEVER);
        for (boolean changed = true; changed;) {
            changed = false;
            for (int n = 0; n < needed.length; n++) {
                int least = end[n] ? 0 : Nesting.NEVER;
                for (int e = 0; e < bytes[n].length; e += 3) {
                    int written = writable.nextSetBit(bytes[n][e]);
                    if (written >= 0 && written <= bytes[n][e + 1]) {
                        least = Math.min(least, needed[bytes[n][e + 2]]);
                    }
                }
                for (int to : free[n]) {
                    least = Math.min(least, needed[to]);
                }
                for (int c = 0; c < called[n].length; c += 2) {
                    int through = Math.max(needed[called[n][c]] + 1, needed[called[n][c + 1]]);
                    least = Math.min(least, through >= Nesting.NEVER ? Nesting.NEVER : through);
                }
                changed |= least < needed[n];
                needed[n] = least;
            }
        }
        return needed;
    }
}
