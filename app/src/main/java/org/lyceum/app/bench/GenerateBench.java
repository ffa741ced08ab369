package org.lyceum.app.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;

/**
 * Tokens a second of greedy completion by a GPT-2 of 12 million parameters, one sequence: {@code decode} counts the tokens after the first,
 * behind a prompt of 16; {@code prefill} a prompt of 512 up to its first token. The peer is the same network in PyTorch, eager, with a
 * cache of keys and values that is allocated once.
 *
 * <p>With a GGUF file the same of its model, its weights as they are quantized there, beside llama.cpp; and with several clients how fast
 * their sequences are decoded together.
 */
public final class GenerateBench {
    /** The peers, by the names of {@code --peers}. */
    public static final List<String> PEERS = List.of("eager");
    /** The same where there is a model. */
    public static final List<String> MODEL_PEERS = List.of("llama.cpp");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final TrainingSize SIZE = new TrainingSize("12M", 4096, 1024, 384, 6, 6, false, 1);

    /** What is counted. */
    public enum Part {
        DECODE(16, 256), PREFILL(512, 1);

        private final int prompt;
        private final int completion;

        Part(int prompt, int completion) {
            this.prompt = prompt;
            this.completion = completion;
        }
    }

    private final Conditions conditions;
    private final Part part;
    private final @Nullable Path model;
    private final int clients;

    /**
     * A benchmark.
     *
     * @param model a GGUF file; null for the GPT-2
     * @param clients sequences that are decoded together once more, with {@code model} alone; 1 for none
     */
    public GenerateBench(Conditions conditions, Part part, @Nullable Path model, int clients) {
        this.conditions = conditions;
        this.part = part;
        this.model = model;
        this.clients = clients;
    }

    /** Measures. */
    public List<Result> run() {
        return model == null ? network() : file(model);
    }

    private List<Result> network() {
        var peers = conditions.peers().isEmpty()
                ? Optional.<Peers>empty()
                : Peers.find(conditions.python(), List.of("torch"), conditions.say());
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            WorkSpec.of(SIZE, conditions).write(folder.path());
            team.add(Worker.start("Lyceum", LyceumWorker.command("generate", folder.path()), folder.file("lyceum.log"), PATIENCE))
                    .ask("save");
            peers.ifPresent(p -> team.add(Worker.start("PyTorch", p.command("generate.py", folder.path().toString()),
                    folder.file("peer.log"), PATIENCE)));
            return Result.throughputs(part.name().toLowerCase(Locale.ROOT) + " 12M " + conditions.dtype(), "tokens/s", measure(team));
        }
    }

    private List<Result> file(Path model) {
        var peers = conditions.peers().isEmpty()
                ? Optional.<Peers>empty()
                : Peers.find(conditions.python(), List.of("llama_cpp", "numpy"), conditions.say());
        var threads = String.valueOf(conditions.threads());
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            team.add(Worker.start("Lyceum", LyceumWorker.command("gguf", model.toAbsolutePath(), threads), folder.file("lyceum.log"),
                    PATIENCE));
            peers.ifPresent(p -> team.add(Worker.start("llama.cpp", p.command("llama_cpp_generate.py", model.toAbsolutePath().toString(),
                    threads), folder.file("peer.log"), PATIENCE)));
            var name = part.name().toLowerCase(Locale.ROOT) + " " + model.getFileName();
            var results = new ArrayList<>(Result.throughputs(name, "tokens/s", measure(team)));
            if (part == Part.DECODE) {
                results.addAll(memory(team.lyceum(), name, results.getFirst().value()));
            }
            if (clients > 1) {
                results.add(together(team.lyceum(), name));
            }
            return results;
        }
    }

    /** All clients' tokens a second; the ratio is to what one client has in the same round. */
    private Result together(Worker lyceum, String name) {
        double once = 0;
        for (int warm = 0; warm < 3; warm++) {
            once = together(lyceum, clients);
        }
        int times = (int) Math.clamp(Math.round(conditions.seconds() / once), 1, 1000);
        var all = new double[conditions.rounds()];
        var one = new double[conditions.rounds()];
        for (int round = 0; round < all.length; round++) {
            double seconds = 0;
            double alone = 0;
            for (int i = 0; i < times; i++) {
                seconds += together(lyceum, clients);
                alone += together(lyceum, 1);
            }
            all[round] = (double) clients * times * (part.completion - 1) / seconds;
            one[round] = (double) times * (part.completion - 1) / alone;
        }
        return Result.throughput(name + ", " + clients + " clients together", all, "tokens/s", "one client", one);
    }

    private double together(Worker lyceum, int clients) {
        return lyceum.ask("together " + clients + " " + part.prompt + " " + part.completion).path("decode_seconds").asDouble();
    }

    /** Weights read in a second by {@code tokensPerSecond}, beside what this machine reads at most. */
    private List<Result> memory(Worker lyceum, String name, double tokensPerSecond) {
        double bytes = lyceum.ready().path("weight_bytes").asDouble() * tokensPerSecond;
        if (bytes == 0) {
            return List.of(); // computed by libtorch
        }
        var speeds = new double[conditions.rounds()];
        for (int round = 0; round < speeds.length; round++) {
            speeds[round] = lyceum.ask("memory").path("bytes_per_second").asDouble();
        }
        double most = Ratios.median(speeds);
        return List.of(Result.alone(name + ", weights read", bytes / 1e9, "GB/s"), Result.alone("memory read at most", most / 1e9, "GB/s"),
                Result.alone(name + ", share of it", 100 * bytes / most, "%"));
    }

    private SequencedMap<Worker, double[]> measure(Team team) {
        int seed = 0;
        double once = 0;
        for (int warm = 0; warm < 3; warm++) {
            once = go(team, ++seed, Map.of());
        }
        int times = (int) Math.clamp(Math.round(conditions.seconds() / once), 1, 1000);
        var speeds = new LinkedHashMap<Worker, double[]>();
        for (int round = 0; round < conditions.rounds(); round++) {
            var seconds = new LinkedHashMap<Worker, double[]>();
            team.workers().forEach(worker -> seconds.put(worker, new double[1]));
            for (int i = 0; i < times; i++) {
                go(team, ++seed, seconds);
            }
            int at = round;
            double tokens = (double) times * (part == Part.DECODE ? part.completion - 1 : part.prompt);
            seconds.forEach((worker, sum) -> speeds.computeIfAbsent(worker, _ -> new double[conditions.rounds()])[at] = tokens / sum[0]);
        }
        return speeds;
    }

    /** One completion by everybody; adds what it took to {@code seconds}, and returns what it took Lyceum. */
    private double go(Team team, int seed, Map<Worker, double[]> seconds) {
        double ours = 0;
        List<Integer> said = List.of();
        for (var worker : team.workers()) {
            var answer = worker.ask("generate " + seed + " " + part.prompt + " " + part.completion);
            double took = answer.path(part == Part.DECODE ? "decode_seconds" : "prefill_seconds").asDouble();
            if (seconds.get(worker) instanceof double[] sum) {
                sum[0] += took;
            }
            if (worker == team.lyceum()) {
                ours = took;
                said = ids(answer);
            } else if (model == null && conditions.dtype().equals("f32") && !ids(answer).getFirst().equals(said.getFirst())) { // later ones may part at a near tie
                throw new UserError(worker.name() + " completed the same prompt with another token than Lyceum; it did other work, so "
                        + "there is nothing to compare.");
            }
        }
        return ours;
    }

    private static List<Integer> ids(JsonNode answer) {
        return StreamSupport.stream(answer.path("ids").spliterator(), false).map(JsonNode::asInt).toList();
    }
}
