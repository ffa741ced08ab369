package org.lyceum.training.pretrain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.pretrain.PretrainConfig.Train;

/** Which configuration a run has: the defaults or, when it is resumed, its own {@code config.yaml}; then a file and overrides over that. */
public final class RunConfiguration {
    private RunConfiguration() {
    }

    /**
     * The configuration for a run in {@code out}.
     *
     * @param resumed whether the run goes on from a checkpoint; then what shapes the model, the data or the learning may not change
     * @param defaults for a new run
     * @param file YAML to lay over it, or null
     * @param overrides {@code key=value}, last wins
     */
    public static PretrainConfig of(Path out, boolean resumed, PretrainConfig defaults, @Nullable Path file, List<String> overrides) {
        var own = out.resolve("config.yaml");
        if (!resumed || !Files.exists(own)) {
            return Records.read(defaults, file, overrides);
        }
        var saved = Records.read(defaults, own, List.of());
        var wanted = Records.read(saved, file, overrides);
        if (!learning(saved).equals(learning(wanted))) {
            throw UserError.usage(out + " holds a run with another configuration ("
                    + difference(Records.toYaml(learning(saved)), Records.toYaml(learning(wanted)))
                    + "); a resumed run may change only its "
                    + "steps, evaluation and checkpoints. Choose another --out, or --resume never to start afresh.");
        }
        return wanted;
    }

    /**
     * The configuration of the run that {@code checkpoint} belongs to, or else the defaults: what a new run that starts from it starts
     * with.
     */
    public static PretrainConfig ofCheckpoint(Path checkpoint) {
        var checkpoints = checkpoint.toAbsolutePath().normalize().getParent();
        var file = checkpoints == null || checkpoints.getParent() == null ? null : checkpoints.getParent().resolve("config.yaml");
        return Records.read(PretrainConfig.DEFAULTS, file != null && Files.exists(file) ? file : null, List.of());
    }

    /** Whether {@code out} has a checkpoint to go on from. */
    public static boolean canResume(Path out) {
        return new Checkpoints(out, 1).last().isPresent();
    }

    /** Whether {@code out} has a checkpoint to go on from and {@code overrides} ask for what that run learns. */
    public static boolean goesOn(Path out, List<String> overrides) {
        var own = out.resolve("config.yaml");
        if (!canResume(out) || !Files.exists(own)) {
            return false;
        }
        var saved = Records.read(PretrainConfig.DEFAULTS, own, List.of());
        return learning(saved).equals(learning(Records.read(saved, null, overrides)));
    }

    /** What must stay as it is for a resumed run to equal an uninterrupted one. */
    private static PretrainConfig learning(PretrainConfig config) {
        var t = config.train();
        var d = PretrainConfig.DEFAULTS;
        return new PretrainConfig(config.seed(), config.data(), config.tokenizer(), config.model(), config.optimizer(), config.schedule(),
                new Train(t.batch(), t.accumulation(), 1L, 1, t.dtype(), t.checkpointing()), d.evaluate(), d.checkpoint());
    }

    /** How two configurations differ, in words: by the first line in which they do as YAML. */
    public static String difference(String before, String asked) {
        var a = before.lines().toList();
        var b = asked.lines().toList();
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!a.get(i).equals(b.get(i))) {
                return "it has " + a.get(i).strip() + ", asked was " + b.get(i).strip();
            }
        }
        return "it has other keys";
    }
}
