package org.lyceum.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.study.evaluation.ShippedTasks;
import tools.jackson.databind.JsonNode;

/**
 * Documents a second of evaluation beside lm-evaluation-harness: the same Hugging Face folder, the same task files, the same data, from the
 * documents to the values. The peer works with whichever batch size is the fastest for the task; loading models is not counted, nor is the
 * peer's conversion of the data, which it does once.
 */
public final class EvaluateBench {
    /** The peers, by the names of {@code --peers}; they are Python packages. */
    public static final List<String> PEERS = List.of("lm_eval");
    private static final Duration PATIENCE = Duration.ofMinutes(60);

    private final Conditions conditions;
    private final EvaluateSpec spec;
    private final List<String> tasks;

    /**
     * @param model a Hugging Face model folder
     * @param data what the tasks' files are relative to
     * @param tasks that come with Lyceum, or YAML files, in what both harnesses understand
     * @param limit documents of each
     */
    public EvaluateBench(Conditions conditions, Path model, Path data, List<String> tasks, int limit) {
        this.conditions = conditions;
        this.tasks = tasks;
        this.spec = new EvaluateSpec(model.toAbsolutePath().normalize().toString(), data.toAbsolutePath().normalize().toString(),
                tasks.stream().map(EvaluateBench::name).toList(), limit, conditions.dtype(), conditions.threads());
    }

    /** Measures. */
    public List<Result> run() {
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            for (var task : tasks) {
                WholeFiles.write(EvaluateSpec.task(folder.path(), name(task)), yaml(task));
            }
            spec.write(folder.path());
            var lyceum = team
                    .add(Worker.start("Lyceum", LyceumWorker.command("evaluate", folder.path()), folder.file("lyceum.log"), PATIENCE));
            var beginning = lyceum.ready().path("beginning").asString();
            for (var name : conditions.peers()) {
                Peers.find(conditions.python(), List.of(name), conditions.say()).ifPresent(peers -> team.add(
                        Worker.start(name, peers.command("evaluate.py", folder.path().toString(), beginning), folder.file(name + ".log"),
                                PATIENCE)));
            }
            var results = new ArrayList<Result>();
            for (var task : spec.tasks()) {
                results.addAll(measure(team, task));
            }
            return results;
        }
    }

    private List<Result> measure(Team team, String task) {
        var speeds = new LinkedHashMap<Worker, double[]>();
        for (int round = -1; round < conditions.rounds(); round++) { // the first is for warming up, and for the peer to find its batch size
            var answers = new ArrayList<JsonNode>();
            for (var worker : team.workers()) {
                var answer = worker.ask((round < 0 && worker != team.lyceum() ? "tune " : "evaluate ") + task);
                answers.add(answer);
                if (round < 0) {
                    conditions.say()
                            .accept(String.format(Locale.ROOT, "%s: %s, %d documents%s", worker.name(), task, answer.path("n").asInt(),
                                    answer.has("batch") ? ", batches of " + answer.path("batch").asInt() : ""));
                } else {
                    speeds.computeIfAbsent(worker, _ -> new double[conditions.rounds()])[round] = answer.path("n").asDouble()
                            / answer.path("seconds").asDouble();
                }
            }
            answers.forEach(answer -> same(task, answers.getFirst(), answer));
        }
        var threads = conditions.threads() == 1 ? "1 thread" : conditions.threads() + " threads";
        return Result.throughputs(task + ", " + spec.dtype() + ", " + threads, "documents/s", speeds);
    }

    /**
     * The same documents, and in every metric that both have the same value: of shares one document more or less, of anything else 0.1%; in
     * bf16, which each rounds to in places of its own, three documents and 2%.
     */
    private void same(String task, JsonNode ours, JsonNode theirs) {
        int n = ours.path("n").asInt();
        if (n != theirs.path("n").asInt()) {
            throw new UserError("The peer asked " + theirs.path("n").asInt() + " documents of " + task + ", Lyceum " + n
                    + "; they did other work, so there is nothing to compare.");
        }
        theirs.path("values").properties().forEach(each -> {
            var metric = each.getKey();
            double value = ours.path("metrics").path(metric).path("value").asDouble(each.getValue().asDouble()); // one that only they have
            boolean coarse = spec.dtype().equals("bf16");
            boolean share = metric.startsWith("acc") || metric.startsWith("exact");
            double apart = Math.abs(value - each.getValue().asDouble());
            if (!(apart <= (share ? (coarse ? 3.0 : 1.0) / n : (coarse ? 2e-2 : 1e-3) * Math.abs(value)) + 1e-9)) {
                throw new UserError(
                        String.format(Locale.ROOT, "The peer found %s %.5f in %s, Lyceum %.5f; they did other work, so there is "
                                + "nothing to compare.", metric, each.getValue().asDouble(), task, value));
            }
        });
    }

    private static String name(String task) {
        return Path.of(task).getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }

    private static String yaml(String task) {
        if (!task.endsWith(".yaml") && !task.endsWith(".yml")) {
            return ShippedTasks.yaml(task);
        }
        try {
            return Files.readString(Path.of(task));
        } catch (IOException e) {
            throw IoErrors.reading(Path.of(task), e);
        }
    }
}
