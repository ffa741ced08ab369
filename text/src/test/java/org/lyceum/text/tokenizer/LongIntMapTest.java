package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LongIntMapTest {
    @Property(tries = 200)
    void answersLikeAMap(@ForAll long seed, @ForAll @IntRange(max = 2000) int entries, @ForAll @IntRange(max = 100) int expected) {
        var random = new SplittableRandom(seed);
        var ours = new LongIntMap(expected);
        var theirs = new HashMap<Long, Integer>();
        for (int i = 0; i < entries; i++) {
            long key = LongIntMap.pair(random.nextInt(40), random.nextInt(40));
            assertThat(ours.get(key)).isEqualTo(theirs.getOrDefault(key, LongIntMap.NONE));
            int value = i % 7 == 0 ? 0 : i % 7 == 1 ? Integer.MAX_VALUE : i;
            ours.put(key, value);
            theirs.put(key, value);
        }
        assertThat(ours.size()).isEqualTo(theirs.size());
        theirs.forEach((key, value) -> assertThat(ours.get(key)).isEqualTo(value));
        assertThat(ours.get(LongIntMap.pair(41, 0))).isEqualTo(LongIntMap.NONE);
    }
}
