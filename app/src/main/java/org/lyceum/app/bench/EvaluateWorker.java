package org.lyceum.app.bench;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.inference.LanguageModel;
import org.lyceum.study.evaluation.Evaluation;
import org.lyceum.study.evaluation.InProcess;
import org.lyceum.study.evaluation.ShippedTasks;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.Device;
import org.lyceum.tensor.Torch;

/**
 * Lyceum's side of {@code bench evaluate}: what {@code evaluate} does, from the files to values, errors and baselines. The command:
 * {@code evaluate TASK}, each time into a new folder, so that nothing is known from before.
 */
final class EvaluateWorker implements LyceumWorker.Work {
    private static final int SEED = 42;

    private final Path folder;
    private final EvaluateSpec spec;
    private final LanguageModel model;
    private int runs;

    EvaluateWorker(Path folder) {
        this.folder = folder;
        spec = EvaluateSpec.read(folder);
        Torch.use(Device.CPU);
        Torch.threads(spec.threads());
        model = LanguageModel.load(Path.of(spec.model()), spec.dtype().equals("bf16") ? DType.BF16 : DType.F32);
    }

    @Override
    public Map<String, Object> ready() {
        var beginning = model.beginning();
        return Map.of("beginning", beginning.length == 1 ? beginning[0] : -1);
    }

    @Override
    public Map<String, Object> answer(String command, List<String> words) {
        if (!command.equals("evaluate")) {
            throw new IllegalArgumentException(command);
        }
        var task = ShippedTasks.file(EvaluateSpec.task(folder, words.getFirst()));
        long begin = System.nanoTime();
        try (var subject = new InProcess(model, "model", "model", 1)) {
            var evaluation = new Evaluation(Path.of(spec.data()), folder.resolve("run-" + runs++), spec.limit(), SEED, _ -> {
            });
            var json = evaluation.run(subject, List.of(task)).json();
            double seconds = (System.nanoTime() - begin) / 1e9;
            var result = (Map<?, ?>) requireNonNull((Map<?, ?>) json.get("results")).values().iterator().next();
            var answer = new HashMap<String, Object>(Map.of("seconds", seconds));
            for (var key : List.of("metric", "value", "n", "metrics")) {
                answer.put(key, result.get(key));
            }
            if (result.get("failure") instanceof String failure) {
                answer.put("error", failure);
            }
            return answer;
        }
    }
}
