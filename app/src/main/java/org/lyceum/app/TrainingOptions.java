package org.lyceum.app;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Records;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --set}, {@code --seed} and what to compute with: for every verb that trains. All but the engine are values of a configuration. */
final class TrainingOptions {
    @Option(names = "--set", paramLabel = "k=v", description = "One value of the configuration, as in --set model.context=512; "
            + "may be repeated.")
    private List<String> set = List.of();

    @Option(names = "--seed", paramLabel = "S", description = "Seed of every random choice.")
    private @Nullable Long seed;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    /** Sets up libtorch. */
    void apply() {
        engine.apply();
    }

    /**
     * The options as {@code key=value} for a {@link org.lyceum.training.pretrain.PretrainConfig}, the last one winning: those of the verb
     * itself, those of this class, then {@code --set} as it was given.
     */
    List<String> overrides(List<String> verbs) {
        var all = new ArrayList<>(verbs);
        add(all, "seed", seed);
        add(all, "train.dtype", engine.dtypeIfGiven());
        all.addAll(set);
        return all;
    }

    /** The same for a study's configuration, whose seed and number format stand at its top. */
    List<String> studyOverrides() {
        var all = new ArrayList<String>();
        add(all, "seed", seed);
        add(all, "dtype", engine.dtypeIfGiven());
        all.addAll(set);
        return all;
    }

    /** The same for {@link TuneConfig}, whose seed stands with the rest of the tuning. */
    List<String> tuningOverrides(List<String> verbs) {
        var all = new ArrayList<>(verbs);
        add(all, "tune.seed", seed);
        all.addAll(set);
        return all;
    }

    /** {@code data.paths} as an override. */
    static String paths(List<String> data) {
        return "data.paths=" + Records.toJson(data); // JSON is YAML
    }

    /** Adds {@code key=value} where the option for it was given. */
    static void add(List<String> overrides, String key, @Nullable Object value) {
        if (value != null) {
            overrides.add(key + "=" + value);
        }
    }
}
