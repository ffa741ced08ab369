package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestSeveralTest {
    private static final List<String> KNOWN = List.of("river", "rivers", "driver", "liver", "sea", "River bed");

    @Test
    void theNearestComeFirstAndEquallyNearOnesInTheirOrder() {
        assertThat(Nearest.several("rivr", KNOWN, 3)).containsExactly("river");
        assertThat(Nearest.several("rivver", KNOWN, 3)).containsExactly("river", "rivers", "driver");
        assertThat(Nearest.several("RIVERS", KNOWN, 1)).containsExactly("rivers");
        assertThat(Nearest.several("xylophone", KNOWN, 3)).isEmpty();
        assertThat(Nearest.several("", KNOWN, 3)).isEmpty();
    }
}
