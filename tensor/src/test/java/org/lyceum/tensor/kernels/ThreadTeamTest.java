package org.lyceum.tensor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadTeamTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void everyUnitIsDoneOnceHoweverOftenWorkIsSplit(int threads) {
        try (var team = new ThreadTeam(threads)) {
            for (int units = 0; units < 40; units++) {
                var times = new AtomicIntegerArray(units + 1);
                for (int repeat = 0; repeat < 20; repeat++) {
                    team.split(units, (from, to) -> {
                        for (int i = from; i < to; i++) {
                            times.incrementAndGet(i);
                        }
                    });
                }
                for (int i = 0; i < units; i++) {
                    assertThat(times.get(i)).isEqualTo(20);
                }
            }
        }
    }

    @Test
    void helpersWakeAfterTheyFellAsleep() throws InterruptedException {
        try (var team = new ThreadTeam(3)) {
            for (int i = 0; i < 3; i++) {
                Thread.sleep(20);
                var times = new AtomicIntegerArray(3);
                team.split(3, (from, to) -> times.incrementAndGet(from));
                assertThat(times.get(0) + times.get(1) + times.get(2)).isEqualTo(3);
            }
        }
    }

    @Test
    void aFailureReachesTheCallerAndTheTeamWorksOn() {
        try (var team = new ThreadTeam(2)) {
            for (int failing = 0; failing < 2; failing++) {
                int which = failing;
                assertThatThrownBy(() -> team.split(2, (from, to) -> {
                    if (from == which) {
                        throw new IllegalStateException("share " + from);
                    }
                })).hasMessage("share " + which);
            }
            var times = new AtomicIntegerArray(2);
            team.split(2, (from, to) -> times.incrementAndGet(from));
            assertThat(times.get(0) + times.get(1)).isEqualTo(2);
        }
    }
}
