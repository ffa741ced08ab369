package org.lyceum.app.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What this machine can do at most, as libtorch sees it: matrix products (1024³) and memory traffic (256 MB tensors). */
public final class LimitsBench {
    /** The peers, by the names of {@code --peers}. */
    public static final List<String> PEERS = List.of("torch");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Map<String, String> NAMES = Map.of("bf16", "bf16 matmul", "f32", "f32 matmul", "read", "memory, sum of a", "copy",
            "memory, copy", "add",
            "memory, a += b");

    private final Conditions conditions;

    public LimitsBench(Conditions conditions) {
        this.conditions = conditions;
    }

    /** Measures. */
    public List<Result> run() {
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            WorkSpec.of(TrainingSize.TOY, conditions).write(folder.path());
            team.add(Worker.start("Lyceum", LyceumWorker.command("limits", folder.path()), folder.file("lyceum.log"), PATIENCE));
            if (!conditions.peers().isEmpty()) {
                Peers.find(conditions.python(), List.of("torch"), conditions.say())
                        .ifPresent(p -> team.add(Worker.start("PyTorch", p.command("limits.py", String.valueOf(conditions.threads())),
                                folder.file("peer.log"), PATIENCE)));
            }
            var figures = new LinkedHashMap<Worker, Map<String, double[]>>();
            for (int round = 0; round < conditions.rounds(); round++) {
                for (var worker : team.workers()) {
                    var answer = worker.ask("measure");
                    for (var key : List.of("bf16", "f32", "read", "copy", "add")) {
                        figures.computeIfAbsent(worker, _ -> new LinkedHashMap<>()).computeIfAbsent(key,
                                _ -> new double[conditions.rounds()])[round] = answer.path(key).asDouble() / 1e9;
                    }
                }
            }
            return results(figures.entrySet().stream().toList());
        }
    }

    private static List<Result> results(List<Map.Entry<Worker, Map<String, double[]>>> figures) {
        var results = new ArrayList<Result>();
        figures.getFirst().getValue().forEach((key, ours) -> {
            var name = String.valueOf(NAMES.get(key));
            var unit = name.startsWith("memory") ? "GB/s" : "GFLOP/s";
            if (figures.size() == 1) {
                results.add(Result.alone(name, Ratios.median(ours), unit));
            }
            figures.stream().skip(1).forEach(peer -> {
                if (peer.getValue().get(key) instanceof double[] theirs) {
                    results.add(Result.throughput(name, ours, unit, peer.getKey().name(), theirs));
                }
            });
        });
        return results;
    }
}
