package org.lyceum.worlds.episodes;

import java.util.Locale;
import java.util.stream.Collectors;
import org.lyceum.foundation.Markup;

/** A page, whole in itself, that shows episodes step by step: the world, what was done, the verdict, and what could be known. */
final class EpisodePage {
    private final EpisodeExport.Plan plan;
    private final StringBuilder body = new StringBuilder();

    EpisodePage(EpisodeExport.Plan plan) {
        this.plan = plan;
    }

    /** Starts an episode. */
    void begin(Play play) {
        var world = play.episode().world();
        body.append(
                "<h2>%s, seed %d</h2><pre class=\"told\">%s</pre><p>The fewest steps: %d. Of %d worlds that there may be at first, this is one:</p>%s\n"
                        .formatted(lower(world.kind()), play.episode().seed(), Markup.escape(world.instruction()),
                                play.episode().plan().size(),
                                world.task().size(), world.picture(play.values())));
    }

    /** Adds a step. */
    void add(Play play, Play.Step step) {
        var verdict = step.verdict();
        var known = step.known().stream()
                .map(k -> "<li>%s: %s <span class=\"note\">%s, since step %d</span></li>".formatted(Markup.escape(k.what()),
                        Markup.escape(k.value()), lower(k.source()), k.since()))
                .collect(Collectors.joining());
        body.append(
                """
                        <details class="%s"><summary><b>%d</b> <code>%s</code> <span class="note">%s</span></summary>
                        <p class="note">Known before (%d possible worlds):</p><ul>%s</ul><p class="note">Good would be: %s</p><pre>%s</pre>%s</details>
                        """
                        .formatted(verdict.good() ? "good" : lower(verdict.outcome()).replace(' ', '-'), step.number(),
                                Markup.escape(step.action()),
                                Markup.escape(verdictOf(verdict)), step.possible(), known, Markup.escape(String.join("; ", step.good())),
                                Markup.escape(step.observation()),
                                play.episode().world().picture(play.values())));
        if (step.over()) {
            body.append("<p>%s, reward %.2f.</p>\n".formatted(play.succeeded() ? "Done" : "Failed", play.reward()));
        }
    }

    private static String verdictOf(Verdict verdict) {
        return lower(verdict.outcome()) + ", " + lower(verdict.support()) + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    String html() {
        return """
                <!doctype html>
                <html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Episodes</title><style>
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
                svg { width: 100%%; height: auto } svg text { font-size: 9px; text-anchor: middle; fill: #222 } pre { white-space: pre-wrap }
                .told { background: #8881; padding: .5rem 1rem } .screen { border: 1px solid #888; padding: .5rem 1rem; max-width: 30rem }
                .screen > * { display: block; margin: .3rem 0 } .note { color: #777; font-size: .9em } summary { cursor: pointer }
                details { border-left: 4px solid #999; margin: .3rem 0; padding-left: .6rem }
                details.good { border-color: #3a3 } details.bad-plan { border-color: #e90 } details.wrong-belief { border-color: #d33 }
                @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } }
                </style></head><body><h1>Episodes</h1>
                <p>Agent: %s, difficulty %d. Green: a good step. Orange: a bad plan; all that it takes for granted is so, but in every world that there may be
                there is a shorter way. Red: a wrong belief; it takes for granted what is said behind
                the colon, which is not so.</p>
                %s</body></html>
                """
                .formatted(plan.language().code(), lower(plan.agent()), plan.difficulty(), body);
    }
}
