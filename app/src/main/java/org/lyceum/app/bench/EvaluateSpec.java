package org.lyceum.app.bench;

import java.nio.file.Path;
import java.util.List;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.WholeFiles;

/**
 * What Lyceum and its peers read from the folder of a benchmark of evaluation, beside the tasks' YAML files in {@code tasks}.
 *
 * @param model a Hugging Face model folder
 * @param data what the tasks' files are relative to
 * @param tasks their names
 * @param limit documents of each task
 * @param dtype of matrix products, {@code f32} or {@code bf16}
 * @param threads of one operator
 */
record EvaluateSpec(String model, String data, List<String> tasks, int limit, String dtype, int threads) {
    static EvaluateSpec read(Path folder) {
        return Records.read(new EvaluateSpec("", "", List.of(), 1, "f32", 1), folder.resolve("spec.json"), List.of());
    }

    void write(Path folder) {
        WholeFiles.write(folder.resolve("spec.json"), Records.toJson(this));
    }

    static Path task(Path folder, String name) {
        return folder.resolve("tasks").resolve(name + ".yaml");
    }
}
