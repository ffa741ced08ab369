package org.lyceum.study.selfsupervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.study.StudyRun;

class DenoisingStudyTest {
    @TempDir
    private Path temporary;

    /** Images of 4 × 4: a class is a row (or, from 4 on, a column) of bright pixels among noise. */
    private void write(int count) throws IOException {
        var random = Seeds.generator(1, "images", 0);
        var images = new ByteArrayOutputStream();
        var classes = new ByteArrayOutputStream();
        var in = new DataOutputStream(images);
        for (int value : new int[]{0x803, count, 4, 4}) {
            in.writeInt(value);
        }
        var out = new DataOutputStream(classes);
        out.writeInt(0x801);
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(8);
            out.write(kind);
            for (int p = 0; p < 16; p++) {
                in.write(random.nextInt(60) + ((kind < 4 ? p / 4 == kind : p % 4 == kind - 4) ? 180 : 0));
            }
        }
        Files.write(temporary.resolve("images"), images.toByteArray());
        try (var zipped = new GZIPOutputStream(Files.newOutputStream(temporary.resolve("classes.gz")))) {
            zipped.write(classes.toByteArray());
        }
    }

    private StudyRun open(DenoisingConfig config) {
        return StudyRun.open(temporary.resolve("run"), config, temporary::resolve, _ -> {
        });
    }

    @Test
    void learnsFromImagesAndReportsEachKindOfFeatures() throws IOException {
        write(400);
        var config = new DenoisingConfig(1, "images", "classes.gz", 100, 12, List.of(0.0, 0.3), 2, 20, 1e-2, List.of(20, 200), 2);
        var run = open(config);
        new DenoisingStudy().run(config, run);
        assertThat(run.figures()).containsKeys("pixels_20", "untrained_200", "autoencoder_20", "denoising_30_200");
        assertThat(run.figures().get("pixels_200")).isGreaterThan(0.95);
        assertThat(run.figures().get("denoising_30_200")).isGreaterThan(0.7);
        assertThat(temporary.resolve("run/denoising.svg")).exists();
        // What is done is kept: a second run reads it.
        Files.delete(temporary.resolve("run/denoising.svg"));
        var again = open(config);
        new DenoisingStudy().run(config, again);
        assertThat(again.figures()).isEqualTo(run.figures());
    }

    @Test
    void whatCannotBeIsSaid() throws IOException {
        write(40);
        var tooMany = new DenoisingConfig(1, "images", "classes.gz", 20, 12, List.of(0.3), 1, 5, 1e-2, List.of(30), 1);
        assertThatThrownBy(() -> new DenoisingStudy().run(tooMany, open(tooMany))).isInstanceOf(UserError.class)
                .hasMessageContaining("not 30 to label");
        Files.write(temporary.resolve("images"), new byte[]{0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 4, 7});
        assertThatThrownBy(() -> IdxFile.read(temporary.resolve("images"))).isInstanceOf(UserError.class).hasMessageContaining("cut short");
        Files.writeString(temporary.resolve("images"), "hello world");
        assertThatThrownBy(() -> IdxFile.read(temporary.resolve("images"))).isInstanceOf(UserError.class)
                .hasMessageContaining("MNIST's kind");
        Files.write(temporary.resolve("images"), new byte[]{0, 0, 8, 3, 127, 0, 0, 9, 127, 0, 0, 4, 127, 0, 0, 4, 7});
        assertThatThrownBy(() -> IdxFile.read(temporary.resolve("images"))).isInstanceOf(UserError.class);
    }
}
