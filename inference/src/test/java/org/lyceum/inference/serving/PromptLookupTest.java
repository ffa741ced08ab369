package org.lyceum.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptLookupTest {
    @Test
    void whatFollowedTheLastTokensWhereTheyStoodLast() {
        assertThat(draft(4, 1, 2, 3, 4, 5, 6, 1, 2, 3)).containsExactly(4, 5, 6, 1);
        assertThat(draft(4, 1, 2, 3, 9, 1, 2, 3, 7, 8, 1, 2, 3)).as("the latest place").containsExactly(7, 8, 1, 2);
        assertThat(draft(2, 5, 2, 3, 9, 8, 1, 2, 3, 7, 7, 5, 2, 3)).as("three tokens alike before two").containsExactly(9, 8);
        assertThat(draft(4, 0, 2, 3, 9, 1, 2, 3)).as("two, where no three are").containsExactly(9, 1, 2, 3);
        assertThat(draft(4, 1, 1, 1, 1)).as("a place that overlaps the end").containsExactly(1);
    }

    @Test
    void nothingWhereNothingIsAlike() {
        assertThat(draft(4, 1, 2, 3, 4)).isEmpty();
        assertThat(draft(4, 3, 1, 3)).as("one token is not enough").isEmpty();
        assertThat(draft(0, 1, 2, 3, 1, 2)).isEmpty();
        assertThat(draft(4, 1)).isEmpty();
    }

    @Test
    void theLengthFollowsWhatCameOfTheLastGuess() {
        var lookup = new PromptLookup();
        var ids = new int[]{1, 2, 3, 4, 5, 6, 7, 8, 1, 2};
        assertThat(lookup.draft(ids, ids.length, 8)).hasSize(8);
        lookup.learn(8, 1);
        assertThat(lookup.draft(ids, ids.length, 8)).hasSize(2);
        lookup.learn(2, 2);
        assertThat(lookup.draft(ids, ids.length, 8)).hasSize(4);
        lookup.learn(4, 0);
        for (int i = 0; i < 4; i++) {
            assertThat(lookup.draft(ids, ids.length, 8)).as("a pause").isEmpty();
        }
        assertThat(lookup.draft(ids, ids.length, 8)).hasSize(1);
    }

    private static int[] draft(int most, int... ids) {
        return new PromptLookup().draft(ids, ids.length, most);
    }
}
