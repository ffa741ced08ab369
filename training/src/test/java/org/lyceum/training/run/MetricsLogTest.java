package org.lyceum.training.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

/** Lines go in and come back; a killed run's torn line and the steps after its checkpoint do not. */
class MetricsLogTest {
    @TempDir
    Path folder;

    @Test
    void writesOneObjectALine() throws IOException {
        var file = folder.resolve("run/metrics.jsonl");
        try (var log = MetricsLog.open(file, -1)) {
            var values = new LinkedHashMap<String, Object>();
            values.put("loss", 3.5);
            values.put("note", "a \"b\"\n");
            values.put("grad_norm", Double.NaN);
            log.append(1, values);
            log.append(2, Map.of("loss", 3.25f));
        }
        assertThat(Files.readString(file)).isEqualTo("""
                {"step":1,"loss":3.5,"note":"a \\"b\\"\\n","grad_norm":null}
                {"step":2,"loss":3.25}
                """);
        var lines = MetricsLog.read(file);
        assertThat(lines).extracting(MetricsLog.Line::step).containsExactly(1L, 2L);
        assertThat(lines.getFirst().number("loss")).hasValue(3.5);
        assertThat(lines.getFirst().number("grad_norm")).isEmpty();
        assertThat(lines.getFirst().number("note")).isEmpty();
        assertThat(lines.getFirst().values().keySet()).containsExactly("loss", "note", "grad_norm");
        assertThat(MetricsLog.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void goesOnAfterTheCheckpoint() throws IOException {
        var file = folder.resolve("metrics.jsonl");
        Files.writeString(file, """
                {"step":1, "loss":3}
                {"step":2,"loss":2}
                {"step":2,"val_loss":2.5}
                {"step":3,"loss":1}
                {"step":4,"lo""");
        try (var log = MetricsLog.open(file, 2)) {
            log.append(3, Map.of("loss", 1.5));
        }
        assertThat(Files.readString(file)).isEqualTo("""
                {"step":1, "loss":3}
                {"step":2,"loss":2}
                {"step":2,"val_loss":2.5}
                {"step":3,"loss":1.5}
                """);
        MetricsLog.open(file, -1).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void namesABrokenLine() throws IOException {
        var file = folder.resolve("metrics.jsonl");
        for (var broken : List.of("{\"loss\":1}", "{\"step\":1.5}", "[1]", "{", "{\"step\":\"1\"}")) {
            Files.writeString(file, "{\"step\":1}\n" + broken + "\n{\"step\":2}\n");
            var before = Files.readString(file);
            assertThatThrownBy(() -> MetricsLog.open(file, 1)).isInstanceOf(UserError.class).hasMessageContaining(file + " line 2 is not");
            assertThat(Files.readString(file)).isEqualTo(before);
        }
    }

    @Property(tries = 60)
    void aCutAnywhereLosesOneLineAtMost(@ForAll @IntRange(min = 0, max = 260) int cut) throws IOException {
        var file = Files.createTempFile("metrics", ".jsonl");
        try {
            try (var log = MetricsLog.open(file, -1)) {
                for (int step = 1; step <= 8; step++) {
                    log.append(step, Map.of("ö", "éß→"));
                }
            }
            var whole = Files.readAllBytes(file);
            var kept = Arrays.copyOf(whole, Math.min(cut, whole.length));
            Files.write(file, kept);
            long complete = new String(kept, ISO_8859_1).chars().filter(c -> c == '\n').count();
            assertThat(MetricsLog.read(file)).hasSize((int) complete);
            try (var log = MetricsLog.open(file, 100)) {
                log.append(9, Map.of("loss", 0.0));
            }
            assertThat(MetricsLog.read(file)).hasSize((int) complete + 1).last().extracting(MetricsLog.Line::step).isEqualTo(9L);
        } finally {
            Files.delete(file);
        }
    }
}
