package org.lyceum.app.bench;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Under which everybody is measured.
 *
 * @param python the peers' interpreter; null for {@code python3}
 * @param rounds in each of which everybody works once
 * @param threads of one operator
 * @param dtype of matrix products, {@code f32} or {@code bf16}
 * @param device {@code cpu} or {@code cuda}
 * @param only the one size or part to measure; null for all
 * @param peers the ones wanted, by the names that a benchmark gives them; empty for none
 * @param seconds that a round should take each of them, about
 * @param say takes a line about what is going on
 */
public record Conditions(@Nullable String python, int rounds, int threads, String dtype, String device, @Nullable String only,
        List<String> peers, double seconds, Consumer<String> say) {
}
