package org.lyceum.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.RecurrentConfig;
import org.lyceum.models.layers.FeedForward;
import org.lyceum.models.layers.Norm;
import org.lyceum.tensor.DType;
import org.lyceum.training.optimizer.OptimizerConfig;

/** The configuration of a run: the depth dial, what cannot be, what a resumed run may change, what fits into memory. */
class ConfigurationTest {
    @TempDir
    Path out;

    private static PretrainConfig config(String... overrides) {
        return Records.read(PretrainConfig.DEFAULTS, null, List.of(overrides));
    }

    private static PretrainConfig resolved(String... overrides) {
        var config = config(overrides);
        return DepthDial.resolve(config, DepthDial.shape(config.model(), 4096));
    }

    @Test
    void theDialTurnsWidthHeadsRateAndSteps() {
        for (int depth : new int[]{1, 2, 4, 8, 12}) {
            var c = resolved("model.depth=" + depth, "model.context=256", "train.tokens_per_parameter=20");
            assertThat(c.model().width()).isEqualTo(64 * depth);
            assertThat(c.model().heads()).isEqualTo(depth);
            assertThat(c.model().keyValueHeads()).isEqualTo(depth);
            assertThat(c.model().headWidth()).isEqualTo(64);
            assertThat(c.optimizer().learningRate()).isCloseTo(DepthDial.RATE_AT_256 * Math.sqrt(256.0 / c.model().width()), within(1e-12));
            var shape = DepthDial.shape(c.model(), 4096);
            double tokens = (double) c.train().steps() * c.train().batch() * c.train().accumulation() * 256;
            assertThat(tokens / shape.parameterCount()).isBetween(20.0, 20.2);
        }
        assertThat(resolved("model.depth=12").train().batch()).isEqualTo(2 * resolved("model.depth=6").train().batch());
    }

    @Test
    void whatIsGivenStays() {
        var c = resolved("model.depth=3", "model.width=96", "model.heads=2", "model.key_value_heads=1", "model.hidden_width=100",
                "train.batch=3", "train.steps=7", "optimizer.learning_rate=0.5");
        assertThat(c.model().width()).isEqualTo(96);
        assertThat(c.model().heads()).isEqualTo(2);
        assertThat(c.model().keyValueHeads()).isEqualTo(1);
        assertThat(c.model().headWidth()).isEqualTo(48);
        assertThat(c.model().hiddenWidth()).isEqualTo(100);
        assertThat(c.train().batch()).isEqualTo(3);
        assertThat(c.train().steps()).isEqualTo(7);
        assertThat(c.optimizer().learningRate()).isEqualTo(0.5);
        assertThat(DepthDial.resolve(c, DepthDial.shape(c.model(), 4096))).as("resolving twice").isEqualTo(c);
        assertThat(Records.read(PretrainConfig.DEFAULTS, write(c), List.of())).as("through YAML").isEqualTo(c);
    }

    @Test
    void aFamilyIsASetOfChoices() {
        var gpt2 = resolved("model.family=gpt2").model();
        assertThat(List.<Object>of(gpt2.norm(), gpt2.positions(), gpt2.activation(), gpt2.bias(), gpt2.qkNorm())).containsExactly(
                Norm.Kind.LAYER,
                DecoderConfig.Positions.LEARNED, FeedForward.Kind.GELU, true, false);
        assertThat(gpt2.hiddenWidth()).isEqualTo(4 * gpt2.width());
        var llama = resolved("model.family=llama").model();
        assertThat(List.<Object>of(llama.norm(), llama.positions(), llama.activation(), llama.bias(), llama.qkNorm())).containsExactly(
                Norm.Kind.RMS,
                DecoderConfig.Positions.ROPE, FeedForward.Kind.SWIGLU, false, false);
        assertThat(resolved("model.family=qwen3").model().qkNorm()).isTrue();
        assertThat(resolved("model.family=gpt2", "model.positions=alibi").model().positions()).isEqualTo(DecoderConfig.Positions.ALIBI);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rnn", "gru", "lstm"})
    void aRecurrentFamilyHasNoneOfATransformersChoices(String family) {
        var c = resolved("model.family=" + family, "model.depth=2", "model.dropout=0.1");
        assertThat(c.model().width()).isEqualTo(128);
        assertThat(Stream.of(c.model().heads(), c.model().hiddenWidth(), c.model().norm(), c.model().positions(), c.model().bias()))
                .containsOnlyNulls();
        assertThat(DepthDial.shape(c.model(), 4096)).isInstanceOf(RecurrentConfig.class);
        assertThat(DepthDial.resolve(c, DepthDial.shape(c.model(), 4096))).as("resolving twice").isEqualTo(c);
        assertThat(Records.read(PretrainConfig.DEFAULTS, write(c), List.of())).as("through YAML").isEqualTo(c);
        for (var choice : List.of("heads=2", "key_value_heads=1", "head_width=8", "hidden_width=9", "norm=rms", "positions=rope",
                "activation=gelu", "bias=true", "qk_norm=false")) {
            assertThatThrownBy(() -> resolved("model.family=" + family, "model." + choice)).isInstanceOf(UserError.class)
                    .hasMessageContaining("model." + choice).hasMessageContaining(family);
        }
    }

    @Test
    void theMemoryOfARecurrentNetGrowsWithWhatItHolds() {
        var small = DepthDial.shape(config("model.family=lstm", "model.depth=2").model(), 4096);
        var deep = DepthDial.shape(config("model.family=lstm", "model.depth=4", "model.width=128").model(), 4096);
        var elman = DepthDial.shape(config("model.family=rnn", "model.depth=2").model(), 4096);
        var adamW = OptimizerConfig.Kind.ADAMW;
        double of = MemoryEstimate.of(small, 16, false, DType.F32, adamW).activations();
        assertThat((double) MemoryEstimate.of(small, 32, false, DType.F32, adamW).activations()).isGreaterThan(1.5 * of);
        assertThat((double) MemoryEstimate.of(deep, 16, false, DType.F32, adamW).activations()).isGreaterThan(1.3 * of);
        assertThat((double) MemoryEstimate.of(elman, 16, false, DType.F32, adamW).activations()).isLessThan(of);
        assertThat((double) MemoryEstimate.of(deep, 16, true, DType.F32, adamW).activations())
                .isLessThan(MemoryEstimate.of(deep, 16, false, DType.F32, adamW).activations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"train.batch=0", "train.accumulation=0", "train.steps=0", "train.tokens_per_parameter=0", "train.dtype=i8",
            "model.depth=0", "model.context=0", "model.context=-4", "evaluate.every=0", "evaluate.sample_every=-1", "checkpoint.every=0",
            "checkpoint.keep_last=0", "optimizer.learning_rate=0", "optimizer.momentum=1", "optimizer.clip=-1", "schedule.warmup_steps=-1",
            "train.batch=many", "optimizer.kind=sgd", "model.width=300", "model.dropout=1"})
    void whatCannotBeIsWrongUsageThatNamesIt(String override) {
        var key = override.substring(override.indexOf('.') + 1, override.indexOf('='));
        assertThatThrownBy(() -> {
            var c = config(override);
            DepthDial.resolve(c, DepthDial.shape(c.model(), 4096));
        }).isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitStatus()).isEqualTo(2)).hasMessageContaining(key);
    }

    @Test
    void choicesAreWrittenInLowerCaseAndReadInAny() {
        var c = config("model.family=GPT2", "optimizer.kind=AdamW", "schedule.kind=cosine", "tokenizer.kind=character");
        assertThat(Records.toYaml(c)).contains("family: gpt2", "kind: adamw", "kind: cosine", "kind: character", "dtype: bf16");
        assertThat(config("model.family=gpt2", "optimizer.kind=adamw", "schedule.kind=COSINE", "tokenizer.kind=Character")).isEqualTo(c);
        assertThat(Records.toJson(PretrainConfig.DEFAULTS)).contains("\"family\":\"qwen3\"", "\"kind\":\"muon\"", "\"kind\":\"wsd\"",
                "\"kind\":\"bpe\"");
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertThatThrownBy(() -> config("model.dept=3")).isInstanceOf(UserError.class).hasMessageContaining("did you mean 'depth'?");
        assertThatThrownBy(() -> config("trian.steps=3")).isInstanceOf(UserError.class).hasMessageContaining("did you mean 'train'?");
    }

    @Test
    void aResumedRunMayChangeItsStepsAndWhatIsMeasuredOnly() {
        var saved = resolved("data.paths=[a.txt]", "train.steps=10");
        write(saved);
        var again = RunConfiguration.of(out, true, PretrainConfig.DEFAULTS, null, List.of("train.steps=30", "evaluate.every=3",
                "checkpoint.every=2", "data.paths=[\"a.txt\"]", "model.depth=" + saved.model().depth()));
        assertThat(again.train().steps()).isEqualTo(30);
        assertThat(again.evaluate().every()).isEqualTo(3);
        assertThat(again.model()).isEqualTo(saved.model());
        assertThat(RunConfiguration.of(out, true, PretrainConfig.DEFAULTS, null, List.of())).isEqualTo(saved);
        for (var change : List.of("model.depth=9", "seed=5", "optimizer.learning_rate=0.25", "data.paths=[b.txt]", "train.accumulation=3",
                "schedule.minimum=0.5", "tokenizer.vocabulary_size=300")) {
            var value = change.substring(change.indexOf('=') + 1).replaceAll("[\\[\\]]", "");
            assertThatThrownBy(() -> RunConfiguration.of(out, true, PretrainConfig.DEFAULTS, null, List.of(change)))
                    .isInstanceOfSatisfying(UserError.class, e -> assertThat(e.exitStatus()).isEqualTo(2))
                    .hasMessageContaining("asked was").hasMessageContaining(value).hasMessageContaining("--resume never");
        }
        assertThat(RunConfiguration.of(out, false, PretrainConfig.DEFAULTS, null, List.of("model.depth=9")).model().width()).as("a new run")
                .isNull();
    }

    @Test
    void aRunGoesOnOnlyWithWhatItBeganWith() throws IOException {
        var same = List.of("data.paths=[a.txt]", "evaluate.tokens=7");
        write(resolved("data.paths=[a.txt]", "train.steps=10"));
        assertThat(RunConfiguration.goesOn(out, same)).as("without a checkpoint").isFalse();
        Files.createDirectories(out.resolve("checkpoints/step-00000005"));
        assertThat(RunConfiguration.goesOn(out, same)).isTrue();
        assertThat(RunConfiguration.goesOn(out, List.of("data.paths=[b.txt]"))).isFalse();
        assertThat(RunConfiguration.goesOn(out, List.of("model.depth=9"))).isFalse();
    }

    @Test
    void aRunStartedFromACheckpointTakesTheConfigurationOfItsRun() throws IOException {
        write(resolved("data.paths=[a.txt]", "model.depth=3"));
        var checkpoint = Files.createDirectories(out.resolve("checkpoints/step-00000005"));
        assertThat(RunConfiguration.ofCheckpoint(checkpoint).model().depth()).isEqualTo(3);
        assertThat(RunConfiguration.ofCheckpoint(out.resolve("elsewhere"))).isEqualTo(PretrainConfig.DEFAULTS);
    }

    @Test
    void aRunCanResumeOnceItHasACheckpoint() throws IOException {
        assertThat(RunConfiguration.canResume(out)).isFalse();
        Files.createDirectories(out.resolve("checkpoints/.step-00000005.partial"));
        assertThat(RunConfiguration.canResume(out)).isFalse();
        Files.createDirectories(out.resolve("checkpoints/step-00000005")); // killed before last.txt was written
        assertThat(RunConfiguration.canResume(out)).isTrue();
    }

    @Test
    void moreMemoryThanThereIsIsRefusedWithAWayOut() {
        var shape = DecoderConfig.llama(4096, 256, 256, 4, 4, 4);
        var estimate = MemoryEstimate.of(shape, 16, false, DType.BF16, OptimizerConfig.Kind.MUON);
        estimate.mustFit((long) estimate.total() + 1);
        assertThatThrownBy(() -> estimate.mustFit((long) estimate.total() - 1)).isInstanceOfSatisfying(UserError.class,
                e -> assertThat(e.exitStatus()).isEqualTo(1)).hasMessageContaining("GiB").hasMessageContaining("train.batch");
        assertThat(estimate.total()).isGreaterThan(16.0 * shape.parameterCount());
        assertThat(MemoryEstimate.of(shape, 16, false, DType.BF16, OptimizerConfig.Kind.ADAMW).weights()).isGreaterThan(estimate.weights());
        assertThat(MemoryEstimate.of(shape, 32, false, DType.BF16, OptimizerConfig.Kind.MUON).activations())
                .isGreaterThan(estimate.activations());
        assertThat(MemoryEstimate.of(shape, 16, true, DType.BF16, OptimizerConfig.Kind.MUON).activations())
                .isLessThan(estimate.activations());
        var four = estimate.times(4); // each holds all weights
        assertThat(four.total()).isEqualTo(4 * estimate.total());
        assertThatThrownBy(() -> four.mustFit((long) estimate.total() + 1)).isInstanceOf(UserError.class)
                .hasMessageContaining("for 4 workers on this machine").hasMessageContaining("fewer workers");
        var absurd = DecoderConfig.gpt2(2_000_000_000, 4, 4, 2_000_000_000, 1).with(c -> {
            c.width = 2_000_000_000;
            c.headWidth = 2_000_000_000;
            c.hiddenWidth = 2_000_000_000;
        });
        assertThatThrownBy(() -> MemoryEstimate.of(absurd, 1, false, DType.BF16, OptimizerConfig.Kind.ADAMW).mustFit())
                .isInstanceOf(UserError.class);
    }

    /** Peaks of three steps, one process each, 12M as of {@code bench train}: measured with glibc's one heap and one thread, in MB. */
    @ParameterizedTest
    @CsvSource({"256, 16, 6, GELU, BF16, false, 1337", "256, 16, 12, GELU, BF16, false, 1942", "256, 16, 6, GELU, BF16, true, 928",
            "512, 16, 6, GELU, BF16, false, 2004", "1024, 4, 6, GELU, BF16, false, 1403", "256, 16, 6, GELU, F32, false, 1413",
            "256, 16, 6, SWIGLU, BF16, false, 1552"})
    void memoryIsALittleMoreThanWhatWasMeasured(int context, int rows, int depth, FeedForward.Kind activation, DType dtype,
            boolean checkpointing, double measured) {
        var shape = activation == FeedForward.Kind.SWIGLU
                ? DecoderConfig.llama(4096, context, 384, depth, 6, 6)
                : gpt(4096, context, 384, depth, 6);
        assertThat(MemoryEstimate.of(shape, rows, checkpointing, dtype, OptimizerConfig.Kind.ADAMW).total() / 1e6)
                .isBetween(measured, 1.25 * measured);
    }

    @Test
    void memoryOfALargerModelIsALittleMoreThanWhatWasMeasured() {
        var estimate = MemoryEstimate.of(gpt(50_304, 512, 768, 12, 12), 4, false, DType.BF16, OptimizerConfig.Kind.ADAMW);
        assertThat(estimate.total() / 1e6).isBetween(4450.0, 1.25 * 4450);
    }

    private static DecoderConfig gpt(int vocabulary, int context, int width, int depth, int heads) {
        return DecoderConfig.gpt2(vocabulary, context, width, depth, heads);
    }

    private Path write(PretrainConfig config) {
        try {
            return Files.writeString(out.resolve("config.yaml"), Records.toYaml(config));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
