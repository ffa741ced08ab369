package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {
    enum Kind {
        slow, fast
    }

    record Inner(int depth, @Nullable Double rate) {
    }

    record Outer(String name, Kind kind, Inner model) {
    }

    static final Outer DEFAULTS = new Outer("x", Kind.slow, new Inner(4, null));

    @TempDir
    Path folder;

    @Test
    void fileThenOverridesLieOverTheDefaults() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "name: y\nmodel:\n  depth: 6\n");
        assertThat(Records.read(DEFAULTS, file, List.of("model.rate=3e-4", "kind=fast")))
                .isEqualTo(new Outer("y", Kind.fast, new Inner(6, 3e-4)));
    }

    @Test
    void anUnknownKeyNamesTheNearest() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "model:\n  dept: 6\n");
        assertThatThrownBy(() -> Records.read(DEFAULTS, file, List.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("model.dept")
                .hasMessageContaining("'depth'");
        assertThatThrownBy(() -> Records.read(DEFAULTS, null, List.of("modle.depth=3"))).hasMessageContaining("'model'");
    }

    @Test
    void aWrongKindOfValueNamesTheKey() {
        assertThatThrownBy(() -> Records.read(DEFAULTS, null, List.of("model.depth=six"))).hasMessageContaining("model.depth");
        assertThatThrownBy(() -> Records.read(DEFAULTS, null, List.of("kind=quick"))).hasMessageContaining("kind");
    }

    @Test
    void yamlRoundTrips() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), Records.toYaml(new Outer("no", Kind.fast, new Inner(1, 2.5))));
        assertThat(Records.read(DEFAULTS, file, List.of())).isEqualTo(new Outer("no", Kind.fast, new Inner(1, 2.5)));
    }

    @Test
    void brokenYamlNamesTheLine() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "name: y\nmodel: [1,\n");
        assertThatThrownBy(() -> Records.read(DEFAULTS, file, List.of())).isInstanceOf(UserError.class).hasMessageContaining("line");
    }
}
