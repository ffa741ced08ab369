package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench losses} on curves that were made up. */
class BenchLossesTest {
    private static final int STEPS = 40;

    @TempDir
    Path folder;

    @Test
    void equalLossesAgreeBitForBitWithOneSeedToo() throws Exception {
        var a = run("a", i -> 5 - 0.1 * i);
        var b = run("b", i -> 5 - 0.1 * i);
        var compared = Cli.lyceum("bench", "losses", "--before", a, "--after", b);
        assertThat(compared.status()).as(compared.err()).isZero();
        assertThat(compared.out()).contains("1 seed, 40 steps each", "bit for bit");
    }

    @Test
    void lossesThatDifferLessThanSeedsDoAgree() throws Exception {
        var compared = Cli.lyceum("bench", "losses", "--before", seed("a1", 1, 0), seed("a2", 2, 0), "--after", seed("b1", 1, 1e-4),
                seed("b2", 2, 1e-4), "--json");
        assertThat(compared.status()).as(compared.err()).isZero();
        var json = compared.json();
        assertThat(json.path("agree").asBoolean()).isTrue();
        assertThat(json.path("equal").asBoolean()).isFalse();
        assertThat(json.path("steps").asInt()).isEqualTo(STEPS);
        assertThat(json.path("moved").path("step").asDouble()).isCloseTo(1e-4, within(1e-9));
        assertThat(json.path("seeds_apart").path("step").asDouble()).isGreaterThan(json.path("seeds_apart").path("last_level").asDouble());
    }

    @Test
    void aLittleWorseThroughoutIsSeenThoughStepsVaryByMore() throws Exception {
        var compared = Cli.lyceum("bench", "losses", "--before", seed("a1", 1, 0), seed("a2", 2, 0), "--after", seed("b1", 1, 0.06),
                seed("b2", 2, 0.06), "--json");
        assertThat(compared.status()).isEqualTo(1);
        assertThat(compared.err()).contains("The curves do not agree");
        var json = compared.json();
        assertThat(json.path("agree").asBoolean()).isFalse();
        var moved = json.path("moved");
        var apart = json.path("seeds_apart");
        assertThat(moved.path("step").asDouble()).isLessThan(apart.path("step").asDouble());
        assertThat(moved.path("first_level").asDouble()).isGreaterThan(apart.path("first_level").asDouble());
        assertThat(moved.path("last_level").asDouble()).isGreaterThan(apart.path("last_level").asDouble());
    }

    @Test
    void anErrorThatComesAndGoesIsSeenThoughTheLevelStays() throws Exception {
        var a1 = run("a1", i -> 1 + 0.01 * (i % 2));
        var a2 = run("a2", i -> 1.02 + 0.01 * (i % 2));
        var b1 = run("b1", i -> 1 + 0.01 * (i % 2) + (i % 2 == 0 ? 0.5 : -0.5));
        var b2 = run("b2", i -> 1.02 + 0.01 * (i % 2) + (i % 2 == 0 ? 0.5 : -0.5));
        var compared = Cli.lyceum("bench", "losses", "--before", a1, a2, "--after", b1, b2);
        assertThat(compared.status()).isEqualTo(1);
        assertThat(compared.out().lines().filter(line -> line.startsWith("mean at a step")).findFirst()).get().asString()
                .endsWith("outside");
        assertThat(compared.out().lines().filter(line -> line.startsWith("level"))).hasSize(2).allMatch(line -> line.endsWith("within"));
    }

    @Test
    void anotherStartIsSeenThoughTheEndIsTheSame() throws Exception {
        var before = List.of(run("a1", i -> 1.0), run("a2", i -> 1.01));
        var after = List.of(run("b1", i -> i < 20 ? 1.05 : 1), run("b2", i -> i < 20 ? 1.06 : 1.01));
        var compared = Cli.lyceum("bench", "losses", "--before", before.get(0), before.get(1), "--after", after.get(0), after.get(1));
        assertThat(compared.status()).isEqualTo(1);
        assertThat(compared.out()).containsPattern("level, first half .*outside").containsPattern("level, last half .*within");
    }

    @Test
    void thePlotIsAWholeXmlFileWithALineForEachRun() throws Exception {
        var plot = folder.resolve("plots/losses.svg");
        Cli.lyceum("bench", "losses", "--before", seed("a1", 1, 0), seed("a2", 2, 0), "--after", seed("b1", 1, 1), seed("b2", 2, 1),
                "--plot", plot);
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(2 + 2 + 2);
        assertThat(Files.readString(plot)).doesNotContain("NaN", "Infinity");
    }

    @Test
    void whatCannotBeComparedIsSaid() throws Exception {
        var a = seed("a", 1, 0);
        var b = seed("b", 2, 0);
        var shorter = Files.writeString(Files.createDirectory(folder.resolve("short")).resolve("metrics.jsonl"),
                "{\"step\":1,\"loss\":2.5}\n");
        var diverged = Files.writeString(folder.resolve("diverged.jsonl"), "{\"step\":1,\"loss\":2.5}\n{\"step\":2,\"loss\":null}\n");
        var empty = Files.writeString(folder.resolve("empty.jsonl"), "");
        refused(1, "There is no file or folder " + folder.resolve("none"), "--before", a, "--after", folder.resolve("none"));
        refused(1, "compare runs of the same steps", "--before", a, "--after", shorter);
        refused(1, "The loss at step 2 of " + diverged + " is not finite", "--before", shorter, "--after", diverged);
        refused(1, "tells of no step with a loss", "--before", a, "--after", empty);
        refused(1, "name the runs of two seeds or more", "--before", a, "--after", b);
        refused(2, "There are 2 runs before and 1 after", "--before", a, b, "--after", a);
        refused(2, "--after", "--before", a);
    }

    private void refused(int status, String sentence, Object... words) {
        var all = new Object[words.length + 2];
        all[0] = "bench";
        all[1] = "losses";
        System.arraycopy(words, 0, all, 2, words.length);
        var run = Cli.lyceum(all);
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.err()).contains(sentence);
    }

    /** A falling curve with the noise of a seed, {@code worse} throughout. */
    private Path seed(String name, int seed, double worse) throws Exception {
        var random = new Random(seed);
        return run(name, i -> 4 + 3.0 / (1 + i) + 0.1 * random.nextGaussian() + worse);
    }

    private Path run(String name, IntToDoubleFunction loss) throws Exception {
        var run = Files.createDirectory(folder.resolve(name));
        var lines = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            lines.append("{\"step\":").append(i + 1).append(",\"loss\":").append(loss.applyAsDouble(i)).append(",\"lr\":0.001}\n");
        }
        Files.writeString(run.resolve("metrics.jsonl"), lines);
        return run;
    }
}
