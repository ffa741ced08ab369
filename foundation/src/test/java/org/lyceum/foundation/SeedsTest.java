package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class SeedsTest {
    /** The first outputs of SplitMix64 from state 0 and 1234567, as its authors' and Vigna's splitmix64.c print them. */
    @Test
    void mixIsSplitMix64() {
        assertThat(Seeds.mix(0x9E3779B97F4A7C15L)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(Seeds.mix(1234567 + 0x9E3779B97F4A7C15L)).isEqualTo(6457827717110365317L);
    }

    @Test
    void everyArgumentCounts() {
        var seen = new HashSet<Long>();
        for (long seed : new long[]{-1, 0, 1}) {
            for (var purpose : new String[]{"a", "b", "ab", "ba"}) {
                for (long counter : new long[]{-1, 0, 1}) {
                    assertThat(seen.add(Seeds.derive(seed, purpose, counter))).as(seed + purpose + counter).isTrue();
                    assertThat(Seeds.derive(seed, purpose, counter)).isEqualTo(Seeds.derive(seed, purpose, counter));
                }
            }
        }
    }

    /** A known value: should it change, no run of an earlier release could be repeated. */
    @Test
    void theStreamsOfReleaseOneAreKept() {
        assertThat(Seeds.derive(1337, "row", 7)).isEqualTo(-7601330636416361332L);
    }
}
