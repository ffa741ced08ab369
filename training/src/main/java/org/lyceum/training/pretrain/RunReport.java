package org.lyceum.training.pretrain;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.tensor.Torch;
import org.lyceum.text.shard.TokenDataset;
import org.lyceum.text.shard.TokenSplit;
import org.lyceum.training.TrainingState;
import org.lyceum.training.run.Report;
import org.lyceum.training.run.ReportData;
import org.lyceum.training.run.XzBaseline;

/** What {@code report.html} says of a pretraining run. */
final class RunReport {
    private final Path run;
    private final PretrainConfig config;
    private final long parameters;
    private final double flopsPerToken;
    private final double peakFlops;
    private final ReportData.DataStatistics data;

    RunReport(Path run, PretrainConfig config, long parameters, double flopsPerToken, double peakFlops, TokenDataset dataset) {
        this.run = run;
        this.config = config;
        this.parameters = parameters;
        this.flopsPerToken = flopsPerToken;
        this.peakFlops = peakFlops;
        var info = dataset.info();
        var lengths = new ArrayList<Long>();
        lengths(dataset.train(), lengths);
        lengths(dataset.validation(), lengths);
        this.data = new ReportData.DataStatistics(String.join(", ", config.data().paths()),
                info.train().bytes() + info.validation().bytes(),
                info.train().documents(), info.validation().documents(), info.train().tokens(), info.validation().tokens(),
                info.vocabSize(),
                ReportData.histogram(lengths));
    }

    /** Writes the page; {@code validation} and {@code xz} are null while not known. */
    Path write(ReportData.State state, String summary, TrainingState at, @Nullable Double validationLoss, @Nullable Double bitsPerByte,
            @Nullable XzBaseline xz) {
        Double speed = at.seconds() > 0 ? (Double) (at.tokens() / at.seconds()) : null;
        var figures = new ReportData.Figures(bitsPerByte, xz == null ? null : (Double) xz.primedBitsPerByte(), validationLoss, speed,
                speed == null ? null : (Double) (speed * flopsPerToken / peakFlops), parameters, at.step(), at.tokens(),
                Duration.ofMillis((long) (1000 * at.seconds())));
        var samples = SampleCallback.read(run.resolve("samples.jsonl")).stream()
                .map(s -> new ReportData.Sample(s.step(), s.prompt(), s.text())).toList();
        return Report.write(run,
                new ReportData(run.toAbsolutePath().normalize().getFileName().toString(), state, summary, figures, config, data, samples,
                        machine(), commands(),
                        Instant.now()));
    }

    private Map<String, String> machine() {
        var machine = new LinkedHashMap<String, String>();
        machine.put("Processor", System.getProperty("os.arch") + ", " + Torch.threads() + " threads");
        machine.put("System", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        machine.put("libtorch", Torch.version());
        machine.put("Measured matmul peak", String.format(Locale.ROOT, "%.0f GFLOP/s (%s)", peakFlops / 1e9, config.train().dtype()));
        return machine;
    }

    private List<ReportData.Command> commands() {
        var prompt = config.evaluate().prompts().stream().findFirst().orElse("The").replace("\n", " ").replace("\"", "\\\"");
        return List.of(
                new ReportData.Command("Talk to it", "./lyceum chat --model " + run),
                new ReportData.Command("Complete a text", "./lyceum generate --model " + run + " --prompt \"" + prompt + "\""),
                new ReportData.Command("Score a text", "./lyceum score --model " + run + " --text \"The cat sat on the mat.\""),
                new ReportData.Command("Train it further",
                        "./lyceum pretrain --out " + run + " --max-steps " + 2 * requireNonNull(config.train().steps())));
    }

    private static void lengths(TokenSplit split, List<Long> into) {
        for (long i = 0; i < split.pieces(); i++) {
            into.add(split.pieceEnd(i) - split.pieceStart(i));
        }
    }
}
