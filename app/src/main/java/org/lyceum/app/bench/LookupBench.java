package org.lyceum.app.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lyceum.foundation.UserError;
import org.lyceum.inference.SamplingConfig;
import org.lyceum.inference.serving.SchedulerConfig;
import tools.jackson.databind.JsonNode;

/**
 * What prompt lookup gains: one client's tokens a second with guesses beside those without, the same texts by the same scheduler in turn. Both
 * must be the same text, token by token.
 */
public final class LookupBench {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int COMPLETION = 192;
    private static final int DRAFT = SchedulerConfig.DEFAULT.draftTokens();
    private static final String PROGRAM = """
            def total(prices):
                result = 0
                for price in prices:
                    if price < 0:
                        raise ValueError("a price is never below zero")
                    result = result + price
                return result


            def mean(prices):
                if len(prices) == 0:
                    raise ValueError("there is no mean of nothing")
                return total(prices) / len(prices)


            def largest(prices):
                result = prices[0]
                for price in prices:
                    if price > result:
                        result = price
                return result
            """;

    /** What is completed. */
    public enum Task {
        /** A program that stands in the prompt, once more. */
        COPY("# prices.py\n" + PROGRAM + "\n\n# prices.py, the same file once more\n" + PROGRAM.substring(0, 40), SamplingConfig.GREEDY),
        /** A story, the most probable one: small models soon repeat themselves. */
        GREEDY("Once upon a time an old clockmaker lived in a town by the sea. One morning", SamplingConfig.GREEDY),
        /** A story drawn at temperature 1. */
        DRAWN("Once upon a time an old clockmaker lived in a town by the sea. One morning",
                SamplingConfig.DEFAULT.withTemperature(1).withSeed(1));

        private final String prompt;
        private final SamplingConfig sampling;

        Task(String prompt, SamplingConfig sampling) {
            this.prompt = prompt;
            this.sampling = sampling;
        }

        String prompt() {
            return prompt;
        }

        SamplingConfig sampling() {
            return sampling;
        }
    }

    private final Conditions conditions;
    private final Path model;

    /** A benchmark of a GGUF file. */
    public LookupBench(Conditions conditions, Path model) {
        this.conditions = conditions;
        this.model = model;
    }

    /** Measures. */
    public List<Result> run() {
        try (var folder = TemporaryFolder.make(); var team = new Team()) {
            team.add(Worker.start("Lyceum", LyceumWorker.command("gguf", model.toAbsolutePath(), String.valueOf(conditions.threads())),
                    folder.file("lyceum.log"), PATIENCE));
            var results = new ArrayList<Result>();
            for (var task : Task.values()) {
                for (int warm = 0; warm < 3; warm++) {
                    speed(team.lyceum().ask("complete " + task + " " + DRAFT + " " + COMPLETION));
                    speed(team.lyceum().ask("complete " + task + " 0 " + COMPLETION));
                }
                results.addAll(measure(team.lyceum(), task));
            }
            return results;
        }
    }

    private List<Result> measure(Worker lyceum, Task task) {
        var with = new double[conditions.rounds()];
        var without = new double[conditions.rounds()];
        double accepted = 0;
        for (int round = 0; round < with.length; round++) {
            var guessed = lyceum.ask("complete " + task + " " + DRAFT + " " + COMPLETION);
            var plain = lyceum.ask("complete " + task + " 0 " + COMPLETION);
            if (!guessed.path("ids").equals(plain.path("ids"))) {
                throw new UserError("With prompt lookup the text of " + task + " is another one; that must never be.");
            }
            with[round] = speed(guessed);
            without[round] = speed(plain);
            accepted = guessed.path("accepted").asDouble() / Math.max(1, guessed.path("ids").size());
        }
        var name = "lookup " + task.name().toLowerCase(Locale.ROOT) + " " + model.getFileName();
        return List.of(Result.throughput(name, with, "tokens/s", "without lookup", without),
                Result.alone(name + ", guessed right", 100 * accepted, "% of tokens"));
    }

    private static double speed(JsonNode answer) {
        return (answer.path("ids").size() - 1) / answer.path("decode_seconds").asDouble();
    }
}
