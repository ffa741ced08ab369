package org.lyceum.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.training.run.ReportData.Bin;
import org.lyceum.training.run.ReportData.Command;
import org.lyceum.training.run.ReportData.DataStatistics;
import org.lyceum.training.run.ReportData.Figures;
import org.lyceum.training.run.ReportData.Sample;
import org.lyceum.training.run.ReportData.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page holds what it was given, asks for nothing, and no text that it shows can become markup. */
class ReportTest {
    record Inner(int depth, String note) {
    }

    record Outer(Inner model, double lr, List<Integer> sizes, @Nullable String nothing) {
    }

    @TempDir
    Path folder;

    @Test
    void showsWhatItWasGiven() throws IOException {
        try (var log = MetricsLog.open(folder.resolve("metrics.jsonl"), -1)) {
            for (int step = 1; step <= 5; step++) {
                log.append(step, Map.of("loss", 5.0 / step, "lr", 1e-3, "tokens_per_s", 1000, "grad_norm", 0.5));
            }
            log.append(5, Map.of("val_loss", 1.25, "val_bits_per_byte", 1.5));
        }
        var page = Files.readString(Report.write(folder, report(State.FINISHED, "a summary", "some text")));
        assertThat(page).contains("a summary", "Finished", "25% fewer bits than xz", "some text", "step 4,000", "model.depth", "sizes",
                "[1,2]", "12,345", "3.00", "./lyceum chat --model runs/x", "2–3", "class=\"state finished\"", "41%", "1:02:03");
        var charts = charts(page);
        assertThat(charts.valueStream().map(chart -> chart.get("id").stringValue())).containsExactly("loss", "bits", "lr", "norm", "speed");
        var loss = charts.get(0);
        assertThat(loss.get("steps").toString()).isEqualTo("[1,2,3,4,5]");
        assertThat(loss.get("series").get(0).get("values").get(1).doubleValue()).isEqualTo(2.5);
        assertThat(loss.get("series").get(2).get("values").toString()).isEqualTo("[null,null,null,null,1.25]");
        assertThat(charts.get(1).get("level").get("value").doubleValue()).isEqualTo(2.0);
    }

    @Test
    void asksNothingOfAnyNetwork() {
        var page = Report.page(report(State.FINISHED, "s", "t"), List.of());
        assertThat(page).contains("default-src 'none'").doesNotContain("@import", " src=", "<link", "url(", "<img", "fetch(",
                "XMLHttpRequest");
        assertThat(page).contains("uPlot", "Permission is hereby granted");
        // Opening and closing tags pair up: nothing inlined ends its element early.
        assertThat(count(page, "<script")).isEqualTo(3).isEqualTo(count(page, "</script"));
        assertThat(count(page, "<style")).isEqualTo(1).isEqualTo(count(page, "</style"));
        assertThat(count(page, "<!--")).isEqualTo(1).isEqualTo(count(page, "-->"));
    }

    @Test
    void aHostileTextStaysText() throws IOException {
        var hostile = "</script><script>alert(1)</script><img src=x onerror=\"alert(2)\">'&<!--]]>";
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"step\":1,\"loss\":2,\"</script><script>\":\"</script>\"}\n");
        var page = Files.readString(Report.write(folder, report(State.FAILED, hostile, hostile)));
        var quiet = Files.readString(Report.write(folder, report(State.FAILED, "q", "q")));
        for (var sign : List.of("<script", "</script", "<img", "<!--", "onerror=\"")) {
            assertThat(count(page, sign)).as(sign).isEqualTo(count(quiet, sign));
        }
        assertThat(page)
                .contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&amp;");
        assertThat(charts(page).size()).isEqualTo(1);
    }

    @Test
    void worksBeforeTheFirstStepAndWithNothingKnown() {
        var nothing = new ReportData("run", State.IN_PROGRESS, "Starting.",
                new Figures(null, null, null, null, null, 10, 0, 0, Duration.ZERO),
                null, null, List.of(), Map.of(), List.of(), Instant.EPOCH);
        assertThat(Report.page(nothing, List.of())).contains("In progress", "The first steps are not done yet", "reload the page")
                .doesNotContain("<h2>Data", "<h2>Configuration", "NaN", "null</");
    }

    @Test
    void theLatestSamplesStandOpenAndTheRestIsFolded() {
        var samples = new ArrayList<Sample>();
        for (int step = 1; step <= 6; step++) {
            samples.add(new Sample(step * 100, "Once", " text" + step));
        }
        var data = new ReportData("run", State.FINISHED, "s", new Figures(1.0, null, 1.0, 1.0, 0.5, 10, 1, 1, Duration.ZERO), null, null,
                samples, Map.of(), List.of(), Instant.EPOCH);
        var page = Report.page(data, List.of());
        assertThat(page.indexOf("text6")).isPositive().isLessThan(page.indexOf("text4"));
        assertThat(page.indexOf("<details>")).isBetween(page.indexOf("text4"), page.indexOf("text3"));
        assertThat(page).contains("3 earlier");
    }

    @Test
    void histogramsHaveDoublingBins() {
        assertThat(ReportData.histogram(List.of(0, 1, 2, 3, 9))).containsExactly(new Bin(0, 1, 2), new Bin(2, 3, 2), new Bin(4, 7, 0),
                new Bin(8, 15, 1));
        assertThat(ReportData.histogram(List.of(5))).containsExactly(new Bin(4, 7, 1));
        assertThat(ReportData.histogram(List.<Integer>of())).isEmpty();
    }

    @Test
    void longRunsAreThinnedWithoutLosingTheirEnds() {
        var points = new TreeMap<Long, Double>();
        for (long step = 1; step <= 10_001; step++) {
            points.put(step, (double) step);
        }
        var thin = ReportCharts.thin(points);
        assertThat(thin).hasSizeBetween(1000, ReportCharts.MAX_POINTS);
        assertThat(thin.firstEntry().getValue()).isEqualTo(3.5); // of steps 1 to 6
        assertThat(thin.lastKey()).isEqualTo(10_001);
    }

    @Test
    void smoothingKeepsAConstantAndFollowsAChange() {
        var points = new TreeMap<Long, Double>();
        for (long step = 1; step <= 400; step++) {
            points.put(step, step <= 200 ? 3.0 : 1.0);
        }
        var smooth = ReportCharts.smooth(points);
        assertThat(smooth.get(1L)).isEqualTo(3.0);
        assertThat(smooth(8, 4).get(2L)).isBetween(4.0, 4.5); // no lag behind the steep start
        assertThat(smooth.get(200L)).isBetween(2.999999, 3.000001);
        assertThat(smooth.get(205L)).isBetween(2.5, 2.9);
        assertThat(smooth.get(400L)).isBetween(1.0, 1.01);
    }

    private static TreeMap<Long, Double> smooth(double first, double second) {
        return ReportCharts.smooth(new TreeMap<>(Map.of(1L, first, 2L, second)));
    }

    private static ReportData report(State state, String summary, String sample) {
        return new ReportData("runs/" + sample, state, summary,
                new Figures(1.5, 2.0, 1.25, 5432.1, 0.413, 12_300_000, 4000, 5_000_000, Duration.ofSeconds(3723)),
                new Outer(new Inner(6, sample), 5e-4, List.of(1, 2), null),
                new DataStatistics(sample, 37_035, 90, 10, 12_000, 345, 4096, List.of(new Bin(2, 3, 100))),
                List.of(new Sample(4000, sample, sample)), Map.of("Processor " + sample, sample),
                List.of(new Command("Talk to it " + sample, "./lyceum chat --model runs/x " + sample)), Instant.EPOCH);
    }

    private static JsonNode charts(String page) {
        var matcher = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(matcher.find()).isTrue();
        return new JsonMapper().readTree(matcher.group(1));
    }

    private static int count(String page, String part) {
        return page.split(Pattern.quote(part), -1).length - 1;
    }
}
