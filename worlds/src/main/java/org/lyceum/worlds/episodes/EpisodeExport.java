package org.lyceum.worlds.episodes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.WholeFiles;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.Verdict.Outcome;

/** Writes what an agent did in episodes, in the forms that training and evaluation read. */
public final class EpisodeExport {
    /** What is written. */
    public enum Format {
        /** A step a line, with the reference world, the view, the policy, what could be known, and the verdict. */
        JSONL,
        /** An episode a line, as a conversation: {@code messages} with {@code role} and {@code content}. */
        CHAT,
        /** A step a line, with a good action and a wrong one: {@code prompt}, {@code chosen}, {@code rejected}. */
        PREFERENCES,
        /** A page to look at. */
        PAGE
    }

    /**
     * What to write.
     *
     * @param kinds of worlds
     * @param seed of the first episode of each kind; the next has the next
     * @param difficulty 1 to 3
     * @param language what they are told in
     * @param episodes of each kind
     * @param agent who acts
     * @param slips the share of steps, from 0 to 1, at which a wrong belief or a bad plan takes the place of what the agent chose
     */
    public record Plan(List<EpisodeWorld.Kind> kinds, long seed, int difficulty, Language language, int episodes, Agent agent,
            double slips) {
    }

    private final Plan plan;
    private long lines;

    /** Writes by {@code plan}. */
    public EpisodeExport(Plan plan) {
        this.plan = plan;
    }

    /** Writes {@code file} and returns how many lines (of a page, how many episodes) it holds. */
    public long write(Path file, Format format) {
        lines = 0;
        WholeFiles.write(file, out -> write(out, format));
        return lines;
    }

    private void write(OutputStream stream, Format format) throws IOException {
        var out = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        var page = new EpisodePage(plan);
        for (var kind : plan.kinds()) {
            for (int i = 0; i < plan.episodes(); i++) {
                var play = new Play(Episode.of(kind, plan.seed() + i, plan.difficulty(), plan.language()));
                switch (format) {
                    case JSONL -> run(play, (step, others) -> line(out, json(play, step, others)));
                    case PREFERENCES -> run(play, (step, others) -> preferences(out, play, step, others));
                    case CHAT -> {
                        run(play, (_, _) -> {
                        });
                        line(out, Map.of("messages", messages(play)));
                    }
                    case PAGE -> {
                        page.begin(play);
                        run(play, (step, _) -> page.add(play, step));
                        lines++;
                    }
                }
            }
        }
        if (format == Format.PAGE) {
            out.write(page.html());
        }
        out.flush();
    }

    private interface Sink {
        void accept(Play.Step step, List<Judged> others) throws IOException;
    }

    private record Judged(String action, Verdict verdict) {
    }

    private void run(Play play, Sink sink) throws IOException {
        var episode = play.episode();
        var random = Seeds.generator(episode.seed(), "episodes: " + plan.agent(), episode.difficulty());
        var slips = Seeds.generator(episode.seed(), "episodes: slips", episode.difficulty());
        while (!play.over()) {
            var others = others(play, slips);
            var action = plan.agent().choose(play, random);
            boolean slip = slips.nextDouble() < plan.slips();
            var step = play.take(slip ? others.get(slips.nextInt(others.size())).action : action);
            sink.accept(step, others);
        }
    }

    /** Beside what is done: an action on a wrong belief, and a bad plan where there is one. */
    private static List<Judged> others(Play play, RandomGenerator random) {
        var others = new ArrayList<Judged>();
        other(play, play.episode().world().mistakes(play.values()), Outcome.WRONG_BELIEF, random).ifPresent(others::add);
        other(play, play.legal(), Outcome.BAD_PLAN, random).ifPresent(others::add);
        return others;
    }

    private static Optional<Judged> other(Play play, List<String> actions, Outcome outcome, RandomGenerator random) {
        var some = actions.stream().map(action -> new Judged(action, play.judge(action))).filter(j -> j.verdict.outcome() == outcome)
                .toList();
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    private Map<String, Object> json(Play play, Play.Step step, List<Judged> others) {
        return map("kind", "episode_step", "world", lower(play.episode().world().kind()), "seed", play.episode().seed(), "difficulty",
                plan.difficulty(), "language", plan.language().code(), "step", step.number(), "reference", step.reference(), "view",
                step.view().stream().map(s -> map("step", s.step(), "source", s.source(), "date", s.date(), "text", s.text())).toList(),
                "policy",
                lower(step.policy()), "known",
                step.known().stream().map(k -> map("what", k.what(), "value", k.value(), "source", lower(k.source()), "since", k.since()))
                        .toList(),
                "possible", step.possible(), "legal", step.legal(), "good", step.good(), "action", step.action(), "verdict",
                json(step.verdict()),
                "observation", step.observation(), "reward", step.reward(), "over", step.over(), "others",
                others.stream().map(o -> map("action", o.action, "verdict", json(o.verdict))).toList());
    }

    private static Map<String, Object> json(Verdict verdict) {
        return map("outcome", lower(verdict.outcome()), "good", verdict.good(), "support", lower(verdict.support()), "hallucination",
                verdict.hallucination(), "reason", verdict.reason(), "left", verdict.left());
    }

    private void preferences(Writer out, Play play, Play.Step step, List<Judged> others) throws IOException {
        if (step.good().isEmpty()) {
            return;
        }
        var turns = messages(play).subList(0, 2 * step.number() + 1);
        var prompt = String.join("\n",
                turns.stream().map(m -> ("assistant".equals(m.get("role")) ? "> " : "") + m.get("content")).toList());
        for (var other : others) {
            line(out, map("prompt", prompt, "chosen", step.good().getFirst(), "rejected", other.action, "why",
                    lower(other.verdict.outcome())));
        }
    }

    /** The instruction with the first view, then commands and what was seen after them, in turn. */
    private static List<Map<String, Object>> messages(Play play) {
        var messages = new ArrayList<Map<String, Object>>();
        var shown = play.view().stream().filter(s -> s.source().equals("screen")).toList();
        messages.add(map("role", "user", "content", play.episode().world().instruction() + "\n\n" + shown.getFirst().text()));
        for (var step : play.steps()) {
            messages.add(map("role", "assistant", "content", step.action()));
            messages.add(map("role", "user", "content", step.observation()));
        }
        return messages;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void line(Writer out, Map<String, ?> object) throws IOException {
        out.write(Records.toJson(object) + "\n");
        lines++;
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
