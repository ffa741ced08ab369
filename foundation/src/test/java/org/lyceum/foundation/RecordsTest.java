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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {
    enum Kind {
        slow, fast
    }

    record Inner(int depth, @Nullable Double rate) {
    }

    record Outer(String name, Kind kind, List<String> paths, Inner model) {
    }

    static final Outer DEFAULTS = new Outer("x", Kind.slow, List.of(), new Inner(4, null));

    @TempDir
    Path folder;

    @Test
    void fileThenOverridesLieOverTheDefaults() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "name: y\nmodel:\n  depth: 6\n");
        assertThat(Records.read(DEFAULTS, file, List.of("model.rate=3e-4", "kind=fast")))
                .isEqualTo(new Outer("y", Kind.fast, List.of(), new Inner(6, 3e-4)));
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

    /** What the key takes is said in words, not in terms of Java; no value is bent to fit. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            model.depth=six         | 'model.depth' has a value of the wrong kind, "six"; it takes a whole number below 2^31.
            model.depth=2.5         | 'model.depth' has a value of the wrong kind, 2.5; it takes a whole number below 2^31.
            model.depth=99999999999 | 'model.depth' has a value of the wrong kind, 99999999999; it takes a whole number below 2^31.
            model.depth=            | 'model.depth' needs a value: a whole number below 2^31.
            model.rate=fast         | 'model.rate' has a value of the wrong kind, "fast"; it takes a number.
            model=3                 | 'model' has a value of the wrong kind, 3; it takes keys with values.
            model=                  | 'model' needs a value: keys with values.
            name=                   | 'name' needs a value: text.
            name=[a]                | 'name' has a value of the wrong kind, ["a"]; it takes text.
            paths=a                 | 'paths' has a value of the wrong kind, "a"; it takes a list.
            kind=fsat               | 'kind' has a value of the wrong kind, "fsat"; it takes one of slow, fast: did you mean 'fast'?
            kind=1                  | 'kind' has a value of the wrong kind, 1; it takes one of slow, fast.
            """)
    void aWrongKindOfValueSaysWhatTheKeyTakes(String override, String sentence) {
        assertThatThrownBy(() -> Records.read(DEFAULTS, null, List.of(override))).isInstanceOf(UserError.class)
                .hasMessage("The configuration: " + sentence)
                .extracting(e -> ((UserError) e).exitStatus()).isEqualTo(2);
    }

    @Test
    void wholeNumbersMayBeWrittenAsPowersOfTenAndNullTakesAwayAnOptionalValue() {
        var set = Records.read(new Outer("x", Kind.slow, List.of(), new Inner(4, 0.5)), null, List.of("model.depth=1e6", "model.rate="));
        assertThat(set.model()).isEqualTo(new Inner(1_000_000, null));
    }

    @Test
    void aGroupWithoutKeysKeepsItsDefaults() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "model:\n#  depth: 6\n");
        assertThat(Records.read(DEFAULTS, file, List.of())).isEqualTo(DEFAULTS);
    }

    @Test
    void jsonComesBackAlsoWithoutNumbersForNumbers() {
        var made = new Inner(3, Double.NaN);
        assertThat(Records.fromJson(new Inner(0, 0.0), Records.toJson(made))).isEqualTo(made);
        assertThatThrownBy(() -> Records.fromJson(new Inner(0, 0.0), "[1]")).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> Records.fromJson(new Inner(0, 0.0), "{\"depth\": 1, \"dpeth\": 2}")).hasMessageContaining("'depth'");
    }

    @Test
    void yamlRoundTrips() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"),
                Records.toYaml(new Outer("no", Kind.fast, List.of("a: b", "2"), new Inner(1, 2.5))));
        assertThat(Records.read(DEFAULTS, file, List.of())).isEqualTo(new Outer("no", Kind.fast, List.of("a: b", "2"), new Inner(1, 2.5)));
    }

    @Test
    void brokenYamlNamesTheLine() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "name: y\nmodel: [1,\n");
        assertThatThrownBy(() -> Records.read(DEFAULTS, file, List.of())).isInstanceOf(UserError.class).hasMessageContaining("line");
    }

    @Test
    void aFileThatIsNoTextSaysSo() throws IOException {
        var file = Files.write(folder.resolve("c.yaml"), new byte[]{'a', (byte) 0xFF});
        assertThatThrownBy(() -> Records.read(DEFAULTS, file, List.of())).isInstanceOf(UserError.class)
                .hasMessage(file + " is not UTF-8 text; it may be damaged, or another kind of file.");
    }
}
