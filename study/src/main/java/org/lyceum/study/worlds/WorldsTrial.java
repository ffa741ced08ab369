package org.lyceum.study.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lyceum.foundation.Seeds;
import org.lyceum.models.CausalModel;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.models.Pass;
import org.lyceum.study.worlds.Lessons.Asked;
import org.lyceum.tensor.DType;
import org.lyceum.tensor.NoGradient;
import org.lyceum.tensor.Scope;
import org.lyceum.tensor.Tensor;
import org.lyceum.text.shard.Batch;
import org.lyceum.training.Trainer;
import org.lyceum.training.fit.Fit;
import org.lyceum.training.fit.Score;
import org.lyceum.training.objective.NextToken;
import org.lyceum.training.optimizer.OptimizerConfig;
import org.lyceum.training.optimizer.Optimizers;
import org.lyceum.training.optimizer.Schedule;
import org.lyceum.worlds.Document;

/**
 * One model of one world, from its first weights to its answers. Stories and training questions are read once, in any order; of a question only
 * the answer is to be predicted.
 */
final class WorldsTrial implements AutoCloseable {
    private static final int LONGEST_ANSWER = 8;
    private static final int ASKED_AT_ONCE = 256;

    private final WorldsConfig config;
    private final long seed;
    private final Lessons lessons;
    private final Words words;
    private final CausalModel model;
    private final int[] tokens;
    /** For each token, itself where it is to be predicted. */
    private final int[] targets;

    WorldsTrial(WorldsConfig config, long seed) {
        this.config = config;
        this.seed = seed;
        lessons = new Lessons(config, seed);
        var stories = lessons.stories().stream().map(Document::text).toList();
        words = new Words(Stream.concat(stories.stream(), Stream.concat(lessons.training().stream(), lessons.heldOut().stream())
                .flatMap(asked -> Stream.of(asked.text(), asked.answer()))).toList());
        var texts = new ArrayList<Reading>();
        stories.forEach(story -> texts.add(new Reading(words.ids(story), words.ids(story))));
        for (var asked : lessons.training()) {
            texts.addAll(Collections.nCopies(config.drills(), reading(asked)));
        }
        Collections.shuffle(texts, Random.from(Seeds.generator(seed, "order", 0)));
        tokens = joined(texts.stream().map(Reading::tokens));
        targets = joined(texts.stream().map(Reading::targets));
        model = CausalModel.of(DecoderConfig.llama(words.size(), config.context(), config.width(), config.depth(), config.heads(),
                config.heads()), DType.F32);
        Initialisation.of(model, Seeds.derive(seed, "initialisation", 0));
    }

    private record Reading(int[] tokens, int[] targets) {
    }

    private Reading reading(Asked asked) {
        var question = words.ids(asked.text());
        var answer = words.ids(asked.answer());
        var ignored = IntStream.generate(() -> Batch.IGNORED).limit(question.length);
        return new Reading(IntStream.concat(IntStream.of(question), IntStream.of(answer)).toArray(),
                IntStream.concat(ignored, IntStream.of(answer)).toArray());
    }

    private static int[] joined(Stream<int[]> texts) {
        var end = new int[]{Words.END};
        return Stream.concat(Stream.of(end), texts.flatMap(text -> Stream.of(text, end))).flatMapToInt(IntStream::of).toArray();
    }

    private int rows() {
        return config.tokensPerStep() / config.context();
    }

    /** Rows that follow each other, of one stream of texts. */
    private Batch batch(long number) {
        int length = rows() * config.context();
        int from = Math.toIntExact(number * length);
        return new Batch(Arrays.copyOfRange(tokens, from, from + length), Arrays.copyOfRange(targets, from + 1, from + 1 + length), rows(),
                config.context());
    }

    /**
     * Trains, and asks: {@code right_H_E} is the share of right answers to held-out questions of H hops whose least told fact was told E times or
     * more, up to the next E; {@code usual_H_E} that of the usual answer to questions of the same form; {@code asked_H_E} how many they are;
     * {@code trained_H} the share of training questions that are answered right.
     */
    Map<String, Double> run() {
        long perStep = (long) rows() * config.context();
        long steps = (tokens.length - 1) / perStep;
        var optimizer = new OptimizerConfig(OptimizerConfig.Kind.ADAMW, config.learningRate(), 0.9, 0.98, 1e-8, config.weightDecay(), 0.95,
                1);
        var setup = new Trainer.Setup<>(model, model.parameters(), this::batch, perStep, new NextToken(),
                Optimizers.of(model.parameters(), config.learningRate(), optimizer, DType.F32),
                new Schedule(Schedule.Kind.COSINE, (int) Math.min(100, steps / 10), 0, 0.02), config.learningRate(),
                new Trainer.Loop(steps, 1, optimizer.clip(), false), seed);
        // The last weights are kept: a best step would have to be chosen by held-out questions.
        var outcome = Fit.run(setup, Fit.Plan.inMemory(steps, () -> Score.highest("trained", 0), null));
        setup.optimizer().state().values().forEach(Tensor::close);
        var figures = new LinkedHashMap<String, Double>();
        figures.put("parameters", (double) model.config().parameterCount());
        figures.put("tokens", (double) outcome.state().tokens());
        figures.put("seconds", outcome.state().seconds());
        score(lessons.training(), asked -> "trained_" + asked.hops(), answers(lessons.training()), figures);
        score(lessons.heldOut(), asked -> "right_" + asked.hops() + "_" + exposures(asked), answers(lessons.heldOut()), figures);
        score(lessons.heldOut(), asked -> "usual_" + asked.hops() + "_" + exposures(asked), usual(), figures);
        lessons.heldOut().forEach(asked -> figures.merge("asked_" + asked.hops() + "_" + exposures(asked), 1.0, Double::sum));
        return figures;
    }

    /** The largest of the exposures that its facts reach. */
    private int exposures(Asked asked) {
        return config.exposures().stream().filter(e -> e <= asked.told()).reduce(config.exposures().getFirst(), (_, e) -> e);
    }

    private interface Name {
        String of(Asked asked);
    }

    private static void score(List<Asked> asked, Name name, List<String> said, Map<String, Double> into) {
        var right = new TreeMap<String, List<Integer>>();
        for (int i = 0; i < asked.size(); i++) {
            right.computeIfAbsent(name.of(asked.get(i)), _ -> new ArrayList<>()).add(said.get(i).equals(asked.get(i).answer()) ? 1 : 0);
        }
        right.forEach((key, all) -> into.put(key, all.stream().mapToInt(Integer::intValue).average().orElseThrow()));
    }

    /** What a held-out question gets from somebody who knows how often training questions of its form have each answer, and nothing else. */
    private List<String> usual() {
        var counts = new HashMap<String, Map<String, Integer>>();
        lessons.training()
                .forEach(asked -> counts.computeIfAbsent(asked.form(), _ -> new TreeMap<>()).merge(asked.answer(), 1, Integer::sum));
        return lessons.heldOut().stream().map(asked -> counts.getOrDefault(asked.form(), Map.of()).entrySet().stream()
                .max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("")).toList();
    }

    /** The model's answer to each question, the likeliest word each time, questions of one length together. */
    private List<String> answers(List<Asked> asked) {
        var said = new String[asked.size()];
        var byLength = IntStream.range(0, asked.size()).boxed()
                .collect(Collectors.groupingBy(i -> words.ids(asked.get(i).text()).length, TreeMap::new, Collectors.toList()));
        byLength.forEach((length, places) -> {
            for (int from = 0; from < places.size(); from += ASKED_AT_ONCE) {
                var some = places.subList(from, Math.min(places.size(), from + ASKED_AT_ONCE));
                var answers = complete(some.stream().map(i -> words.ids(asked.get(i).text())).toList(), length);
                IntStream.range(0, some.size()).forEach(j -> said[some.get(j)] = words.text(answers.get(j)));
            }
        });
        return List.of(said);
    }

    /** What follows each of {@code questions}, all of {@code length} words. */
    private List<int[]> complete(List<int[]> questions, int length) {
        int rows = questions.size();
        var ids = questions.stream().map(question -> {
            var row = new int[1 + length + LONGEST_ANSWER];
            System.arraycopy(question, 0, row, 1, length);
            return row;
        }).toList();
        for (int seen = 1 + length; seen < 1 + length + LONGEST_ANSWER; seen++) {
            try (var _ = Scope.open(); var _ = NoGradient.open()) {
                int end = seen;
                var shown = ids.stream().flatMapToInt(row -> Arrays.stream(row, 0, end)).toArray();
                var hidden = model.hidden(Tensor.ofIds(shown, rows, seen), Pass.EVALUATION);
                var logits = model.head(hidden.narrow(1, seen - 1, 1)).reshape(rows, -1).floats(); // (B, V)
                for (int b = 0; b < rows; b++) {
                    ids.get(b)[seen] = likeliest(logits, b * (logits.length / rows), logits.length / rows);
                }
            }
        }
        return ids.stream().map(row -> Arrays.copyOfRange(row, 1 + length, row.length)).toList();
    }

    private static int likeliest(float[] logits, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = logits[from + i] > logits[from + best] ? i : best;
        }
        return best;
    }

    @Override
    public void close() {
        model.parameters().forEach(parameter -> parameter.value().close());
    }
}
