package org.lyceum.training.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.lyceum.training.run.ProgressLine.Status;

/** What the line says, and when it is drawn. */
class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, UTF_8);
    private long now;

    @Test
    void saysWhereTheRunStands() {
        assertThat(new Status(1200, 5000, 0.2499, 3.41249, 5e-4, 12_345, 0.413, Duration.ofSeconds(125), Duration.ofSeconds(400)).format())
                .isEqualTo("step 1200/5000 24%  loss 3.412  lr 5.0e-04  12.3k tok/s  MFU 41%  2:05 (6:40 left)");
        assertThat(new Status(7, 7, 1, 0.5, 0, 1.5e6, 1, Duration.ofSeconds(3661), Duration.ZERO).format())
                .isEqualTo("step 7/7 100%  loss 0.500  lr 0.0e+00  1.50M tok/s  MFU 100%  1:01:01 (0:00 left)");
    }

    @Test
    void countsInThreeDigits() {
        assertThat(ProgressLine.count(0)).isEqualTo("0");
        assertThat(ProgressLine.count(999)).isEqualTo("999");
        assertThat(ProgressLine.count(999.7)).isEqualTo("1.00k");
        assertThat(ProgressLine.count(9_994)).isEqualTo("9.99k");
        assertThat(ProgressLine.count(9_996)).isEqualTo("10.0k");
        assertThat(ProgressLine.count(123_456)).isEqualTo("123k");
        assertThat(ProgressLine.count(999_600)).isEqualTo("1.00M");
        assertThat(ProgressLine.count(3e15)).isEqualTo("3000T");
        assertThat(ProgressLine.clock(Duration.ofMillis(59_600))).isEqualTo("1:00");
    }

    @Test
    void redrawsOneLineOnATerminal() {
        var line = new ProgressLine(out, true, () -> now);
        line.show(status(1, 0.1));
        now += 50_000_000;
        line.show(status(2, 0.2)); // too soon
        assertThat(written()).isEqualTo("\r\u001b[?7l" + status(1, 0.1).format() + "\u001b[?7h\u001b[K");
        line.message("validation 2.5");
        assertThat(written()).endsWith("\r\u001b[Kvalidation 2.5" + System.lineSeparator());
        line.close();
        assertThat(written()).endsWith(status(2, 0.2).format() + "\u001b[?7h\u001b[K" + System.lineSeparator());
    }

    @Test
    void writesAPlainLineNowAndThenElsewhere() {
        try (var line = new ProgressLine(out, false, () -> now)) {
            for (int step = 1; step <= 100; step++) {
                line.show(status(step, step / 2000.0));
                now += 1_000_000_000;
            }
            assertThat(written().lines()).hasSize(10).first().isEqualTo(status(1, 0.0005).format());
            line.show(status(500, 0.55)); // in time for nothing, but a tenth further on
            line.show(status(501, 0.56));
            assertThat(written().lines()).hasSize(11).last().isEqualTo(status(500, 0.55).format());
        }
        assertThat(written().lines()).hasSize(12).last().isEqualTo(status(501, 0.56).format());
        assertThat(written()).doesNotContain("\r\u001b", "\u001b");
    }

    private static Status status(long step, double fraction) {
        return new Status(step, 1000, fraction, 2, 1e-3, 1000, 0.5, Duration.ofSeconds(step), Duration.ofSeconds(1000 - step));
    }

    private String written() {
        return bytes.toString(UTF_8);
    }
}
