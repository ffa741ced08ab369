package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KNOWN = List.of("depth", "width", "learning_rate");

    @Test
    void aSlipOfTheHandIsRecognised() {
        assertThat(Nearest.to("dept", KNOWN)).contains("depth");
        assertThat(Nearest.to("WIDHT", KNOWN)).contains("width");
        assertThat(Nearest.hint("learning-rate", KNOWN)).isEqualTo("did you mean 'learning_rate'?");
    }

    @Test
    void whatIsFarFromAllGetsTheList() {
        assertThat(Nearest.to("temperature", KNOWN)).isEmpty();
        assertThat(Nearest.hint("temperature", KNOWN)).isEqualTo("known are depth, learning_rate, width.");
        assertThat(Nearest.to("x", List.of())).isEmpty();
    }

    @Test
    void ofEquallyNearOnesTheFirstByNameIsTaken() {
        assertThat(Nearest.to("bat", List.of("cat", "bar"))).contains("bar");
    }
}
