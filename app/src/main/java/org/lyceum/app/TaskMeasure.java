package org.lyceum.app;

import java.nio.file.Path;
import org.lyceum.inference.LanguageModel;
import org.lyceum.study.evaluation.InProcess;
import org.lyceum.study.evaluation.TaskProbe;
import org.lyceum.training.pretrain.PretrainConfig;
import org.lyceum.training.pretrain.Pretraining;

/** The tasks of a training run: training knows none, the command knows both. */
final class TaskMeasure {
    private static final int BATCH = 8;

    private TaskMeasure() {
    }

    /** What {@code evaluate.tasks} asks for; their data are read now, so that what is missing is said before anything is trained. */
    static Pretraining.Measure of(PretrainConfig.Evaluate asked) {
        if (asked.tasks().isEmpty()) {
            return Pretraining.Measure.NOTHING;
        }
        var probe = TaskProbe.of(asked.tasks(), Path.of(asked.taskData()), asked.taskLimit());
        return (model, tokenizer) -> {
            try (var subject = new InProcess(new LanguageModel(model, tokenizer), "model", "model", BATCH)) {
                return probe.of(subject);
            }
        };
    }
}
